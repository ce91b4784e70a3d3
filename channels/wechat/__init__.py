"""WeChat: Official Accounts, and the ground for WeCom."""
