"""The check: the rule book, its two engines, what they find, and what has been accepted."""
