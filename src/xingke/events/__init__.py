"""Events that tracking clients send: what they may hold, the log that keeps them, and how repeats are told."""
