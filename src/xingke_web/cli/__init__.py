"""The command line `xingke`. A command is a module in `commands/`; adding one adds the command."""

from xingke_web.cli.main import main

__all__ = ["main"]
