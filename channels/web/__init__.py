"""The chat on a community's own pages: a widget, its routes, and the page `/chat`."""
