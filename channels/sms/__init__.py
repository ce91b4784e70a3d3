"""Text messages by Twilio's contract: numbered lines in as few segments as they fit."""
