"""Every flow, at every step, with whatever people do instead of answering."""
