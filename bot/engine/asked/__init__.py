"""A question of fact in the middle of something: looked up, answered, or kept for those who can."""
