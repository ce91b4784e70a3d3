"""The dialogue engine and what composes the product."""
