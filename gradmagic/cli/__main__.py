"""`python -m gradmagic.cli`, where the command is not on the path."""

import sys

from gradmagic.cli import main

sys.exit(main())
