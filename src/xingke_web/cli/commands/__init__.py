"""The commands: each module here defines one click command named `command`."""
