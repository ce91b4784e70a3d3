"""The staff console in a real Chromium, beside one served demo."""
