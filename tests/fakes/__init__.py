"""Stand-ins for what is outside of us: real sockets that answer as told, and remember what they were asked."""
