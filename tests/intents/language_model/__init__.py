"""Tests of the language model's commands against a stub that also lies, stalls and injects."""
