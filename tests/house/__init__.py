"""Tests that keep the house in order: what a reviewer would have to say twice is said here once, by a machine."""
