"""Conversations that specify the product: every YAML file below is a set of tests."""
