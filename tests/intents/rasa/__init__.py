"""Tests of Rasa beside us: recorded answers always, the real one in `make test-rasa`."""
