"""Tests of the way of a message and of the settings."""
