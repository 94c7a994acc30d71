"""Which cells of a grafted notebook are run, and where each check is asked.

A lesson has cells that show things: trainings, figures, races. Nothing that is graded depends on them, and
they would take most of the time. A cell of the exercise is run if an answer or a check needs a name that it
binds, or if it may change a thing that is needed. Where a text does not tell, every cell is run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradmagic.grading._graft import ANSWER, CHANGED, GIVEN, OWN, PROBE, Cell
from gradmagic.grading._names import CellNames, names_of

__all__ = ["selected"]

# Below this an exercise's own cells are set-up: magics of these names make a cell needed.
SETTING_UP = ("%load_ext", "%config", "%reload_ext")
LEARNERS = (ANSWER, OWN, CHANGED)


def selected(
    cells: Sequence[Cell],
    asks: Mapping[str, Sequence[str]],
    needs: Mapping[str, Sequence[str]] | None = None,
    *,
    everything: bool = False,
) -> list[Cell]:
    """Return the cells to run, in order.

    A probe stands where its check stood, or further down: below the last cell of the learner's that binds
    what it needs. So an answer that was written into another cell counts.

    Args:
        cells: the grafted notebook.
        asks: the names that each check asks for, in the exercise's order.
        needs: the checks that each check needs: it is asked after them.
        everything: leave nothing of the exercise out.
    """
    names = {place: names_of(cell.source) for place, cell in enumerate(cells) if cell.role != PROBE}
    run = _needed(cells, names, asks)
    opaque = any(names[place].opaque for place in run if cells[place].role in LEARNERS)
    if opaque or everything:
        run = {place for place, cell in enumerate(cells) if cell.role != PROBE}
        run -= {place for place in run if cells[place].role == CHANGED and not names[place].readable}
    kept: list[tuple[tuple[int, int], Cell]] = [((place, 0), cells[place]) for place in run]
    probes = {cell.name: (place, cell) for place, cell in enumerate(cells) if cell.role == PROBE}
    places: dict[str, int] = {}
    for order, name in enumerate(asks):
        place, cell = probes[name]
        own = _place_of_probe(place, cell, cells, names, run, asks)
        places[name] = max([own, *(places[other] for other in (needs or {}).get(name, ()))])
        kept.append(((places[name], order + 1), cell))
    return [cell for _, cell in sorted(kept, key=lambda pair: pair[0])]


def _needed(
    cells: Sequence[Cell], names: Mapping[int, CellNames], asks: Mapping[str, Sequence[str]]
) -> set[int]:
    run = {
        place
        for place, cell in enumerate(cells)
        if cell.role == ANSWER or (cell.role == GIVEN and cell.source.startswith(SETTING_UP))
    }
    late = {name for asked in asks.values() for name in asked}
    given = {name for place, cell in enumerate(cells) if cell.role == GIVEN for name in names[place].bound}
    # A function or a module is not changed by being called or given; what was assigned may be.
    data = {name for own in names.values() for name in own.assigned}
    # What follows the last answer and the last probe comes too late to matter.
    end = max((place for place, cell in enumerate(cells) if cell.role != GIVEN), default=-1)
    wanted = set(late)
    soon: list[set[str]] = [set() for _ in cells]
    for place in run:
        if cells[place].role == ANSWER:
            soon[place] = {name for one in names[place].statements for name in one.now}
            wanted |= {name for one in names[place].statements for name in one.later}
    while True:
        _look_up(cells, names, run, data, wanted, soon)
        more, below = set(), set(wanted)
        # From the end, so that what is looked up below a cell is gathered once.
        for place in sorted(names, reverse=True):
            below |= soon[place]
            new = place not in run and place <= end
            if new and _matters(cells[place], names[place], below, given, data):
                more.add(place)
        if not more:
            return run
        run |= more


def _look_up(
    cells: Sequence[Cell],
    names: Mapping[int, CellNames],
    run: set[int],
    data: set[str],
    wanted: set[str],
    soon: list[set[str]],
) -> None:
    """Add the names that may be looked up at any later time, and those that each cell looks up as it runs.

    What only a function looks up is wanted once the function is. What is there already stays: more cells
    look up more names.
    """
    while True:
        before = len(wanted), sum(map(len, soon))
        below: set[str] = set()
        for place in sorted(run, reverse=True):
            own = soon[place]
            # A cell that changes what is wanted has to come through to its end.
            whole = cells[place].role == GIVEN and _meet(names[place].changed & data, wanted, below)
            for one in reversed(names[place].statements):
                if whole or _meet(one.bound, wanted, below, own):
                    own |= one.now
                    wanted |= one.later
            below |= own
        if before == (len(wanted), sum(map(len, soon))):
            return


def _meet(names: frozenset[str], *others: set[str]) -> bool:
    return any(not names.isdisjoint(other) for other in others)


def _matters(cell: Cell, own: CellNames, wanted: set[str], given: set[str], data: set[str]) -> bool:
    if cell.role == CHANGED:
        # The exercise's own version stands above it; what the learner has added to it may be needed.
        return bool((own.bound - given) & wanted)
    # A star import may bind anything; a learner's cell that cannot be read may as well.
    return bool((own.bound | own.changed & data) & wanted) or (own.opaque and own.readable)


def _place_of_probe(
    place: int,
    probe: Cell,
    cells: Sequence[Cell],
    names: Mapping[int, CellNames],
    run: set[int],
    asks: Mapping[str, Sequence[str]],
) -> int:
    wanted = set(asks.get(probe.name, ()))
    last = place
    while True:
        binding = [one for one in run if names[one].bound & wanted]
        more = {name for one in binding for name in names[one].used} - wanted
        last = max([place, *(one for one in binding if cells[one].role in LEARNERS)])
        if not more:
            return last
        wanted |= more
