"""WeChat Pay v3 by its published contract: orders, callbacks, refunds and the day's statement, over httpx."""
