"""Broken files and payloads against every door: each gets a clear refusal or quarantine, none a traceback, all within bounds."""
