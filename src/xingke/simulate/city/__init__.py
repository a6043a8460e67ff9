"""The city of a cigarette wholesaler: who is there, what they do week by week, and what of it can be seen."""
