"""`python -m freehold` is the `freehold` command."""

import sys

from freehold.cli import main

sys.exit(main())
