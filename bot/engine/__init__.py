"""What a message means in a conversation and what follows from it; pure."""
