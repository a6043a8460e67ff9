"""`python -m xingke_web.cli` is the `xingke` command."""

import sys

from xingke_web.cli import main

sys.exit(main())
