"""The teacher's page: how the class did, what was hard, which mistakes are common, what needs a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradmagic.grading._score import BLOCKED, FAILED, GRADED, PASSED
from gradmagic.grading.book import _chart
from gradmagic.grading.book._feedback import Titles, state_word, title_of
from gradmagic.grading.book._page import coded, page, shown
from gradmagic.grading.book._statistics import MISSING, Bin, ExerciseCount, Statistics, histogram
from gradmagic.grading.book._tables import number
from gradmagic.messages import catalogue, say

__all__ = ["summary_page"]

SHOWN = 12


def summary_page(found: Statistics, titles: Titles, seal: str) -> str:
    """Return the page as HTML, in the language in force.

    Args:
        found: the sums.
        titles: of the exercises, in both languages.
        seal: of the gradebook that they were made from.
    """
    parts = [f"<h1>{shown(say('summary-title'))}</h1>", _facts(found)]
    parts += [_exercise(one, titles) for _, one in sorted(found.exercises.items())]
    parts += [_hardest(found), _mistakes(found), _attention(found)]
    tiers = ", ".join(f"{tier or '?'} ({count})" for tier, count in sorted(found.tiers.items()))
    parts.append(
        f'<footer class="quiet small"><p>{shown(say("summary-tiers", tiers=tiers or "-"))}</p>'
        f"<p>{coded(say('summary-seal', seal=seal))}</p></footer>"
    )
    return page(say("summary-title"), "\n".join(part for part in parts if part))


def _facts(found: Statistics) -> str:
    submissions = sum(found.statuses.values())
    graded, missing = found.statuses[GRADED], found.statuses[MISSING]
    facts = [
        (say("summary-students"), len(found.students)),
        (say("summary-submissions"), submissions - missing),
        (say("summary-graded"), graded),
        (say("summary-not-graded"), submissions - missing - graded),
        (say("summary-missing"), missing),
        (say("summary-late"), sum(one.late for one in found.exercises.values())),
    ]
    items = "".join(f"<li><b>{value}</b> {shown(label)}</li>" for label, value in facts)
    return f'<ul class="facts">{items}</ul>'


def _exercise(one: ExerciseCount, titles: Titles) -> str:
    bins = histogram(one.points, one.possible)
    title = title_of(one.exercise, titles)
    said = say(
        "summary-distribution",
        count=len(one.points),
        mean=number(round(one.mean, 2)),
        median=number(round(one.median, 2)),
        possible=number(one.possible),
    )
    table = _table(
        [say("summary-points"), say("summary-submissions")],
        [[shown(_span(one)), str(one.count)] for one in bins],
    )
    name = "" if title == one.exercise else f' <span class="quiet">{shown(one.exercise)}</span>'
    picture = _chart.columns(bins, one.median, f"{title}: {said}")
    return f"<h2>{shown(title)}{name}</h2>\n{_figure(said, picture, table)}"


def _span(one: Bin) -> str:
    return number(one.low) if one.low == one.high else f"{number(one.low)}–{number(one.high)}"


def _hardest(found: Statistics) -> str:
    rows = found.hardest(SHOWN)
    if not rows:
        return ""
    said = say("summary-hardest-said", count=len(rows))
    picture = _chart.stacks(
        [
            (
                f"{one.check} ({one.exercise})",
                [
                    ("passed", one.states[PASSED]),
                    ("failed", one.states[FAILED]),
                    ("blocked", one.states[BLOCKED]),
                ],
            )
            for one in rows
        ],
        say("summary-hardest"),
    )
    header = [say("exercise-table-check"), say("summary-exercise")]
    header += [state_word(state) for state in (PASSED, FAILED, BLOCKED)]
    table = _table(
        header,
        [
            [f"<code>{shown(one.check)}</code>", shown(one.exercise)]
            + [str(one.states[state]) for state in (PASSED, FAILED, BLOCKED)]
            for one in rows
        ],
    )
    return f"<h2>{shown(say('summary-hardest'))}</h2>\n{_figure(said, picture, table)}"


def _mistakes(found: Statistics) -> str:
    rows = found.commonest(SHOWN)
    if not rows:
        return ""
    picture = _chart.bars(
        [(f"{reason} · {check} ({exercise})", count) for (exercise, check, reason), count in rows],
        say("summary-mistakes"),
    )
    header = [
        say("summary-mistake"),
        say("exercise-table-check"),
        say("summary-exercise"),
        say("summary-times"),
    ]
    table = _table(
        header,
        [
            [
                f"<code>{shown(reason)}</code> {coded(_meaning(reason))}",
                f"<code>{shown(check)}</code>",
                shown(exercise),
                str(count),
            ]
            for (exercise, check, reason), count in rows
        ],
    )
    said = say("summary-mistakes-said")
    return f"<h2>{shown(say('summary-mistakes'))}</h2>\n{_figure(said, picture, table)}"


def _meaning(reason: str) -> str:
    """Return what a learner is told about a mistake, where it is a sentence without gaps."""
    english = catalogue().get(f"mistake-{reason}", ("", ""))[0]
    return say(f"mistake-{reason}") if english and "{" not in english else ""


def _attention(found: Statistics) -> str:
    if not found.attention:
        return ""
    header = [say("summary-student"), say("summary-exercise"), say("summary-what"), ""]
    rows = [
        [shown(student), shown(exercise), f"<code>{shown(code)}</code>", coded(about)]
        for student, exercise, code, about in found.attention
    ]
    table = _table(header, rows[:SHOWN])
    if rows[SHOWN:]:
        rest = say("summary-rest", count=len(rows) - SHOWN)
        table += f"<details><summary>{shown(rest)}</summary>{_table(header, rows[SHOWN:])}</details>"
    more = f"<p>{shown(say('summary-left-out', count=found.left_out))}</p>" if found.left_out else ""
    said = say("summary-attention-said")
    return f"<h2>{shown(say('summary-attention'))}</h2>\n<p>{shown(said)}</p>\n{table}{more}"


def _figure(said: str, picture: str, table: str) -> str:
    return (
        f'<figure><figcaption class="quiet">{shown(said)}</figcaption>{picture}</figure>\n'
        f"<details><summary>{shown(say('summary-as-table'))}</summary>{table}</details>"
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are HTML, and those that are numbers stand to the right."""
    head = "".join(f'<th scope="col">{shown(word)}</th>' for word in header)
    body = "".join(f"<tr>{''.join(map(_cell, range(len(row)), row))}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(place: int, text: str) -> str:
    if place == 0:
        return f'<th scope="row">{text}</th>'
    return f'<td class="n">{text}</td>' if text.isdigit() else f"<td>{text}</td>"
