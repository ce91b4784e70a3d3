"""An optional language model, asked only about what nobody else understood; it chooses commands, it never speaks."""
