"""The page that a learner gets about a submission, in the language of the notebook."""

from __future__ import annotations

from collections.abc import Mapping

from gradmagic.grading._score import BLOCKED, FAILED, GRADED, PASSED, Score
from gradmagic.grading.book._page import coded, page, shown, speaking
from gradmagic.grading.book._result import Result
from gradmagic.grading.book._tables import number
from gradmagic.messages import catalogue, language, say

__all__ = ["Titles", "feedback_page", "state_word", "status_sentence", "title_of"]

Titles = Mapping[str, tuple[str, str]]

SIGNS = {PASSED: "✓", FAILED: "✗", BLOCKED: "–"}
CLASSES = {PASSED: "passed", FAILED: "failed", BLOCKED: "blocked"}


def feedback_page(result: Result, titles: Titles) -> str:
    """Return the page as HTML.

    It shows what the checks said at grading, which holds nothing of a hidden expectation, and points; not the
    notes to the teacher, the inputs' fingerprints, or how the submission was graded.
    """
    return speaking(result.graded.language, _page, result, titles)


def _page(result: Result, titles: Titles) -> str:
    graded = result.graded
    title = title_of(graded.exercise, titles)
    parts = [
        f"<h1>{shown(title)}</h1>",
        f'<p class="quiet">{shown(graded.student)} · {shown(graded.exercise)}</p>',
        _total(result),
    ]
    if graded.status != GRADED:
        parts.append(f'<p class="notice">{coded(status_sentence(graded.status))}</p>')
    parts += [_card(score) for score in graded.scores]
    footer = say("feedback-footer", when=result.at[:16].replace("T", " "), entry=result.entry)
    parts.append(f'<footer class="quiet small">{shown(footer)}</footer>')
    return page(f"{title} · {graded.student}", "\n".join(parts))


def title_of(exercise: str, titles: Titles) -> str:
    """Return an exercise's title in the language in force, or its name where no title is known."""
    english, chinese = titles.get(exercise, (exercise, exercise))
    return chinese if language() == "zh" else english


def state_word(state: str) -> str:
    """Return the word for a check's state."""
    words = {
        PASSED: say("exercise-state-passed"),
        FAILED: say("exercise-state-failed"),
        BLOCKED: say("exercise-state-could-not-run"),
    }
    return words.get(state, state)


def status_sentence(status: str) -> str:
    """Return why a submission's checks were not asked."""
    known = f"status-{status}" in catalogue() and status != "other"
    return say(f"status-{status}") if known else say("status-other", status=status)


def _total(result: Result) -> str:
    graded = result.graded
    passed = sum(score.state == PASSED for score in graded.scores)
    text = say("feedback-points", points=number(graded.points), possible=number(graded.max_points))
    rows = [f'<p class="total">{shown(text)}</p>']
    if graded.scores:
        counted = say("feedback-passed", passed=passed, checks=len(graded.scores))
        rows.append(f'<p class="quiet">{shown(counted)}</p>')
    if graded.penalty:
        late = say(
            "feedback-late",
            late=_duration(graded.late_seconds),
            percent=number(graded.penalty * 100),
            earned=number(graded.earned),
        )
        rows.append(f'<p class="notice">{shown(late)}</p>')
    return "\n".join(rows)


def _card(score: Score) -> str:
    kind = CLASSES.get(score.state, "blocked")
    points = say("feedback-points", points=number(score.points), possible=number(score.possible))
    lines = "".join(f"<dt>{shown(label)}</dt><dd>{coded(text)}</dd>" for label, text in score.lines)
    return (
        f'<section class="card {kind}">\n<header><h3><code>{shown(score.check)}</code></h3>'
        f'<span><span class="state"><span aria-hidden="true">{SIGNS.get(score.state, "–")}</span> '
        f'{shown(state_word(score.state))}</span> <span class="quiet">· {shown(points)}</span></span>'
        "</header>\n"
        + (f'<p class="asked">{coded(score.asked)}</p>\n' if score.asked else "")
        + (f"<dl>{lines}</dl>\n" if lines else "")
        + "</section>"
    )


def _duration(seconds: float) -> str:
    """Return a lateness in the largest unit that says enough."""
    if seconds < 3600:
        return say("feedback-minutes", count=max(1, round(seconds / 60)))
    if seconds < 48 * 3600:
        return say("feedback-hours", count=number(round(seconds / 3600, 1)))
    return say("feedback-days", count=number(round(seconds / 86400, 1)))
