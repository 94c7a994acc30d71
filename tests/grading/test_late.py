"""Lateness costs a part of the points for each unit of time that has begun."""

import pytest

from gradmagic.errors import OptionError
from gradmagic.grading import Lateness, WorkItem, read_due, read_penalty, read_times

DAY = 86_400
DUE = read_due("2026-11-30T23:59+00:00")


def item(after, student="ann"):
    return WorkItem(student, "02", f"{student}/02.ipynb", "ab", DUE + after)


@pytest.mark.parametrize(
    ("after", "penalty"),
    [(-5, 0), (0, 0), (1, 0.1), (DAY, 0.1), (DAY + 1, 0.2), (3 * DAY, 0.3), (30 * DAY, 0.5)],
)
def test_a_day_counts_as_soon_as_it_has_begun_and_there_is_a_most(after, penalty):
    part, unit, most = read_penalty("10/day,50")
    assert Lateness(DUE, part, unit, most).of(item(after))[1] == penalty


def test_a_table_of_times_goes_before_the_files_own():
    lateness = Lateness(DUE, 0.01, 3600, 1.0, {("ann", "02"): DUE - 5, ("bob", ""): DUE + 7200})
    assert lateness.of(item(DAY)) == (0.0, 0.0)
    assert lateness.of(item(0, "bob")) == (7200, 0.02)
    assert Lateness().of(item(DAY)) == (0.0, 0.0)


def test_penalties_and_times_that_cannot_be_read_say_how_to_write_them(tmp_path):
    assert read_penalty("1.5%/hour") == (0.015, 3600, 1.0)
    for text in ("10", "ten/day", "10/week", "-5/day"):
        with pytest.raises(OptionError, match="10/day"):
            read_penalty(text)
    with pytest.raises(OptionError, match="2026"):
        read_due("tomorrow")
    table = tmp_path / "times.csv"
    table.write_text("student,exercise,time\nann,02,2026-11-30T23:59+00:00\nbob,,2026-11-30T23:59+00:00\n")
    assert read_times(table) == {("ann", "02"): DUE, ("bob", ""): DUE}
    table.write_text("who,when\nann,now\n")
    with pytest.raises(OptionError, match="who, when"):
        read_times(table)
