"""`make evaluate`: how well residents are understood, measured on sentences that nobody was trained on."""
