"""The telephone hotline, by Twilio's contract: speech and keys."""
