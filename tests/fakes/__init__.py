"""Stand-ins for what lies outside: real sockets, answers as told, everything that came in is kept."""
