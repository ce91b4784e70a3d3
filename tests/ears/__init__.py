"""What the hotline says, checked as sound: `make ears`."""
