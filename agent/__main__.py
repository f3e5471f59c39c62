"""`python -m agent …` is the `hyla` command."""

import sys

from agent.cli import main

sys.exit(main())
