"""What is answered in passing: greetings, help, language, a person."""
