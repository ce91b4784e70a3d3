"""What is said when everything has been read back: a yes and what comes along with it, other values, a remark."""
