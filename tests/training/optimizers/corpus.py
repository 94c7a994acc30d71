"""The ways in which students write an optimizer, each with the engine that should run it.

The classes are written as students write them, not as the house would.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One way.

    Attributes:
        make: From the variables to the optimizer, new each time.
        engine: `"xla"`, or `"eager"` for what only Python itself can do.
        steps: How many are made; enough for what the entry does late.
        kind: `tf.Variable` or `tf.keras.Variable`, what the trained variables are.
        more: State that is kept outside the optimizer.
    """

    name: str
    make: Callable[[list[Any]], Any]
    engine: str = "xla"
    steps: int = 24
    keras: bool = False
    more: Callable[[], Any] = field(default=lambda: None)


CORPUS: dict[str, Entry] = {}


def entry(**options):
    """Put a maker into the corpus, by its name."""

    def register(make):
        assert make.__name__ not in CORPUS
        CORPUS[make.__name__] = Entry(make.__name__, make, **options)
        return make

    return register
