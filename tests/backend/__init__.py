"""Tests of the data and of the services on it."""
