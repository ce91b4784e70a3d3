"""The shared words: frozen dataclasses and protocols that every room may import; standard library only."""
