"""`make drill`: every script of an alarm played against local stand-ins, with kills and delays, and judged."""
