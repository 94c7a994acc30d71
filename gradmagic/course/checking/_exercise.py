"""An exercise and its checks, as their author writes them down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradmagic.course.checking._answer import inputs_of
from gradmagic.course.checking._compare import Closeness
from gradmagic.course.checking._draw import Draw, seed_of
from gradmagic.course.checking._mistake import Mistake
from gradmagic.course.checking._rule import Rule
from gradmagic.course.checking._words import Words, in_two_languages

__all__ = ["Check", "Exercise"]

Body = Callable[..., Any]


@dataclass(frozen=True)
class Check:
    """One question put to what a learner has defined. See docs/checks.md.

    Attributes:
        name: what `%check` takes, and nbgrader's `grade_id`; unique in the whole course.
        exercise: the exercise's name, `02-higher-derivatives`.
        points: what passing it gives.
        words: what is asked, from the body's docstring.
        asks: the learner's names: the body's positional parameters.
        inputs: the names of the inputs: the body's keyword-only parameters.
        body: does with the learner's things what the check asks for, for one case, and returns the answer.
        expect: gives the right answer from the inputs, in another way than the learner is to find it.
        between: for an answer that is one number: the least and the most that pass, in place of `expect`.
        draw: draws the inputs of one case.
        always: cases that everyone gets, first.
        cases: how many are drawn.
        closeness: when an answer counts as right.
        needs: checks that must pass before this one is run.
        hints: given one at a time by `%hint`, from a nudge to nearly the answer.
        mistakes: what is recognised.
        rules: how the answer is to be found.
        seconds: the time that all cases together may take.
        tried: how the message describes a case, with `{inputs}` to fill in; made from the call if left out.
        given: makes of a case's inputs what the body is given, where the inputs themselves tell the answer.
        measure: makes of an answer the number that `between` bounds, where the answer is judged.
        numbers: the names asked for are numbers, not functions: a grader reads them and runs the body itself.
    """

    name: str
    exercise: str
    points: int
    words: Words
    asks: tuple[str, ...]
    inputs: tuple[str, ...]
    body: Body
    expect: Callable[..., Any] | None = None
    between: tuple[float, float] | None = None
    draw: Callable[[Draw], dict[str, Any]] | None = None
    always: tuple[dict[str, Any], ...] = ()
    cases: int = 3
    closeness: Closeness = field(default_factory=Closeness)
    needs: tuple[str, ...] = ()
    hints: tuple[Words, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    rules: tuple[Rule, ...] = ()
    seconds: float = 10.0
    tried: Words | None = None
    given: Callable[..., dict[str, Any]] | None = None
    measure: Callable[..., Any] | None = None
    numbers: bool = False

    def seed(self, learner: str, salt: str = "") -> int:
        """Return the seed of this check for one learner; `salt` gives another one, for grading."""
        return seed_of(learner, self.exercise, self.name, salt)

    def cases_for(self, learner: str, salt: str = "") -> list[dict[str, Any]]:
        """Return the inputs of every case: numbers and nested lists of them, as JSON can hold."""
        drawn: list[dict[str, Any]] = []
        if self.draw is not None:
            draw = Draw(self.seed(learner, salt))
            drawn = [self.draw(draw) for _ in range(self.cases)]
        return [*self.always, *drawn] or [{}]

    def question(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the body is given for a case, as JSON can hold it."""
        if self.given is None:
            return dict(case)
        given = self.given(**inputs_of(case))
        return {name: value.tolist() if hasattr(value, "tolist") else value for name, value in given.items()}


class Exercise:
    """The checks of one notebook.

    Args:
        name: the notebook's, without `.ipynb`: `02-higher-derivatives`.
        title: its title in both languages.
    """

    def __init__(self, name: str, title: Words) -> None:
        self.name = name
        self.title = title
        self._checks: dict[str, Check] = {}

    @property
    def checks(self) -> Mapping[str, Check]:
        """The checks by name, in the order in which they are written: dependencies first."""
        return self._checks

    @property
    def points(self) -> int:
        """The points of all of them."""
        return sum(check.points for check in self._checks.values())

    def check(
        self,
        *,
        points: int,
        name: str | None = None,
        expect: Callable[..., Any] | None = None,
        between: tuple[float, float] | None = None,
        draw: Callable[[Draw], dict[str, Any]] | None = None,
        always: Sequence[dict[str, Any]] = (),
        cases: int = 3,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        shape: str = "exact",
        needs: Sequence[str] = (),
        hints: Sequence[Words] = (),
        mistakes: Sequence[Mistake] = (),
        rules: Sequence[Rule] = (),
        seconds: float = 10.0,
        tried: Words | None = None,
        given: Callable[..., dict[str, Any]] | None = None,
        measure: Callable[..., Any] | None = None,
        numbers: bool = False,
    ) -> Callable[[Body], Body]:
        """Make a check of a function; its name is the check's, unless another is given.

        Its positional parameters are the learner's names it asks for, its keyword-only ones the inputs.

        Raises:
            ValueError: the description contradicts itself; an author's mistake, so it keeps its traceback.
        """

        def decorate(body: Body) -> Body:
            own = name or body.__name__
            parameters = inspect.signature(body).parameters.values()
            asks = tuple(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)
            inputs = tuple(one.name for one in parameters if one.kind is one.KEYWORD_ONLY)
            check = Check(
                name=own,
                exercise=self.name,
                points=points,
                words=in_two_languages(body.__doc__, own),
                asks=asks,
                inputs=inputs,
                body=body,
                expect=expect,
                between=between,
                draw=draw,
                always=tuple(always),
                cases=cases,
                closeness=Closeness(rtol, atol, shape),
                needs=tuple(needs),
                hints=tuple(hints),
                mistakes=tuple(mistakes),
                rules=tuple(rules),
                seconds=seconds,
                tried=tried,
                given=given,
                measure=measure,
                numbers=numbers,
            )
            self._add(check)
            return body

        return decorate

    def _add(self, check: Check) -> None:
        where = f"{self.name}, {check.name}"
        if check.name in self._checks:
            raise ValueError(f"{where}: there is a check of this name already")
        # Naming only earlier ones keeps the dependencies free of circles.
        unknown = [name for name in check.needs if name not in self._checks]
        if unknown:
            raise ValueError(f"{where}: needs {unknown[0]}, which is not a check above it")
        if (check.expect is None) == (check.between is None):
            raise ValueError(f"{where}: give either `expect` or `between`")
        if check.measure is not None and check.between is None:
            raise ValueError(f"{where}: `measure` makes the number that `between` bounds: give `between`")
        if not check.asks:
            raise ValueError(f"{where}: it asks for no name: give the body a positional parameter")
        if check.closeness.shape not in ("exact", "loose"):
            raise ValueError(f"{where}: shape is 'exact' or 'loose', not {check.closeness.shape!r}")
        for case in check.cases_for("author"):
            given = check.question(case)
            if set(given) != set(check.inputs):
                raise ValueError(f"{where}: its inputs are {check.inputs}, and a case has {tuple(given)}")
        self._checks[check.name] = check
