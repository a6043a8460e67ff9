"""Synthetic markets with known truth, and the scorer that holds answers against it."""
