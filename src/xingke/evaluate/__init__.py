"""Quality measured on real data, always beside the plain baseline and with an interval."""
