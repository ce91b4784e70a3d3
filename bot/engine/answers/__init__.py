"""How an answer fills what was asked, in words or by keys."""
