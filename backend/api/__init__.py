"""What integrators call."""
