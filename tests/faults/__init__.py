"""What the product promises when things break: each promise with what was done to it and what was measured."""
