"""One pass of the loop with its progress, and the read door to each workspace's lake."""
