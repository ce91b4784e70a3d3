"""Calls that we begin: placed by a cause, carried by the outbox, decided by what a person presses.

`rows` keeps them; `alarm`, `bell` and `notice` know what is said and what a key means; `calls` puts the two together.
"""
