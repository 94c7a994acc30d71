"""From a command line to an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gradmagic.cli import _demo, _doctor, _grade, _kernel, _lab, _parser, _release, _verify
from gradmagic.errors import GradmagicError, OptionError
from gradmagic.messages import say

# What a shell reports for a process that ended by Ctrl-C.
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after `gradmagic`; those of this process when left out.

    Returns:
        The exit code: 0 done, 1 not done, 2 not understood, 130 interrupted.
    """
    try:
        chosen = _parser.parse((_demo, _lab, _doctor, _kernel, _grade, _release, _verify), arguments)
        return int(chosen.run(chosen))
    except OptionError as error:
        return _complain(error, code=2)
    except GradmagicError as error:
        return _complain(error, code=1)
    except OSError as error:
        # Full disk, no permission, a folder in the way: the learner's machine, not a bug of ours.
        return _complain(error, code=1)
    except KeyboardInterrupt:
        return _complain(say("cli-interrupted"), code=INTERRUPTED)


def _complain(error: object, code: int) -> int:
    print(f"gradmagic: {error}", file=sys.stderr)
    return code
