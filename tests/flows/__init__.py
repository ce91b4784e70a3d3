"""Tests of flows beyond their transcripts."""
