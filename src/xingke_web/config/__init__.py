"""Settings, addresses and the installation a process works with."""
