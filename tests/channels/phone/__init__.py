"""The hotline."""
