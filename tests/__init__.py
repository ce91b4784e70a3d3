"""Tests that read like the product."""
