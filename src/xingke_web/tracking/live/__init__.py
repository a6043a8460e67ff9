"""Tags that follow events within a second or two, between two passes of the loop."""
