"""`python -m gradmagic` is the command `gradmagic`."""

import sys

from gradmagic.cli import main

if __name__ == "__main__":
    sys.exit(main())
