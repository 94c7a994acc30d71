"""Python state that travels through a compiled loop: each number and tensor in a variable of its own.

An optimizer's step is traced once for every way that its `if`s on carried numbers can go; which way is taken
is decided in the loop, from the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training.update._attributes import Attributes
from gradmagic.training.update._containers import is_hidden
from gradmagic.training.update._functions import functions_extended
from gradmagic.training.update._number import Number, NumberTypes, as_tensor, evaluate, numbers_known
from gradmagic.training.update._place import NotCarried, Place, Reading, can_travel, kept, not_carried, same

__all__ = ["Carried", "NotCarried"]

# Ways through the step, at most; each is traced. To read a value, this many questions.
_MAX_WAYS = 16
_MAX_QUESTIONS = 4

Answers = tuple[bool, ...]


class _Undecided(BaseException):
    """An `if` on a carried number that this trace was not told the answer to.

    Not an `Exception`: the learner's own `except` must not take it.
    """

    def __init__(self, question: Number) -> None:
        super().__init__()
        self.question = question


class _MoreChanges(Exception):
    """The step changes state that was taken for constant."""


class _Inherited(_MoreChanges):
    """`self.lr *= 0.5`, and so far `lr` was the class's."""

    def __init__(self, paths: set[str]) -> None:
        super().__init__()
        self.paths = paths


class _Trace:
    """One way through the step."""

    def __init__(self, carried: Carried, answers: Answers) -> None:
        self._carried, self._answers = carried, answers
        self.floating = carried.floating
        self._asked: list[Number] = []
        self._tensors: Reading | None = None

    def tensors(self) -> Reading:
        """What the leaves hold at the start of the step."""
        if self._tensors is None:
            raise TypeError("a carried number outside its step")
        return self._tensors

    def begin(self, tensors: Reading) -> None:
        self._tensors = tensors

    def decide(self, question: Number) -> bool:
        """Answer as this way goes; see `Asked`."""
        known = self._carried.constant_answer(question)
        if known is not None:
            return known
        for place, asked in enumerate(self._asked):
            if asked.key == question.key:
                return self._answers[place]
        if len(self._asked) == len(self._answers):
            raise _Undecided(question)
        self._asked.append(question)
        return self._answers[len(self._asked) - 1]


class Carried:
    """The carried state of one optimizer.

    Attributes:
        places: What is carried.
        floating: What a float becomes where nothing says which type is wanted.
        changing: The paths of what a step changes; the others are hyperparameters.
    """

    def __init__(
        self, attributes: Attributes, changing: Sequence[str], *, inputs: bool = True, floating: Any = None
    ) -> None:
        """Prepare; `explore` must follow.

        Args:
            attributes: Where the state is.
            changing: Paths of leaves that a step is known to change.
            inputs: Whether numbers that no step changes are inputs of the program, not constants in it.
            floating: What a float becomes where nothing says which type is wanted; float32 unless given,
                as in TensorFlow.
        """
        numbers_known()
        self.floating = floating or tensorflow().float32
        self._attributes = attributes
        self.changing = set(changing)
        self._inputs = inputs
        self.places: list[Place] = []
        self._questions: dict[Answers, Number] = {}
        self._blocked: dict[Answers, Exception] = {}
        self._left: Any = None
        self._guards: dict[Any, tuple[Number, bool]] = {}
        self._held: list[Any] = []
        self._own: Callable[[], list[Any]] | None = None

    def take(self) -> None:
        """Carry what is known to be needed; for a step that asks nothing of its changing state."""
        self._place()

    def explore(self, step: Callable[..., Any], specs: Sequence[Any]) -> None:
        """Find every way through the step, and what each changes.

        A way that cannot be traced (a list grows on it, it raises an error) is left out: should the
        loop come to it, `pull` says so.

        Args:
            step: What is traced; it takes gradients like `specs`.
            specs: The types of the gradients.

        Raises:
            NotCarried: The state changes its shape, or there are too many ways.
        """
        hidden = [leaf.path for leaf in self._attributes.leaves() if is_hidden(leaf.value)]
        if hidden:
            raise NotCarried(hidden[0])
        for _ in range(len(self._attributes.leaves()) + 1):
            self._place()
            try:
                self._explore(step, specs)
            except _Inherited as inherited:
                for path in inherited.paths:
                    give = self._attributes.inherited(path)
                    if give is not None:
                        give()
                continue
            except _MoreChanges:
                continue
            return
        raise NotCarried("self")

    def constant_answer(self, question: Number) -> bool | None:
        """The answer to a question that depends on hyperparameters alone; noted, so that a change is seen."""
        indices = set(question.leaves())
        if any(self.places[index].path in self.changing for index in indices):
            return None
        answer = bool(evaluate(question, [place.value for place in self.places]))
        self._guards[question.key] = (question, answer)
        return answer

    @property
    def is_there(self) -> bool:
        """Whether all that travels exists by now; some optimizers make it at their first step."""
        if self._own is not None:
            return True
        found = {leaf.path for leaf in self._attributes.leaves()}
        return all(place.path in found for place in self.places)

    def still_holds(self) -> bool:
        """Whether the hyperparameters, as they are now, have the same types and would lead the same ways."""
        if not self.places:
            return True
        values = self._values()
        if any(
            place.is_number and type(value) is not place.type
            for place, value in zip(self.places, values, strict=True)
        ):
            return False
        return all(bool(evaluate(question, values)) == answer for question, answer in self._guards.values())

    def run(self, step: Callable[[], Any]) -> None:
        """Trace the step, once for every way, with a choice between them."""
        tensors = Reading(self.places, self.changing)
        self._branch(step, tensors, ())

    def read(self, get: Callable[[], Any]) -> Any:
        """Trace what `get` returns with the carried values, shape `()`; NaN where that is no number."""
        return self._read(get, Reading(self.places, self.changing), ())

    def _read(self, get: Callable[[], Any], tensors: Reading, answers: Answers) -> Any:
        tf = tensorflow()
        trace = _Trace(self, answers)
        trace.begin(tensors)
        try:
            with self._symbols(trace), self._extended():
                value = get()
                exact = isinstance(value, (Number, *NumberTypes))
                value = as_tensor(value, tensors) if exact else tf.convert_to_tensor(value)
        except _Undecided as undecided:
            question = undecided.question
        except (TypeError, ValueError):
            return tf.constant(np.nan, tf.float64)
        else:
            return tf.cast(value, tf.float64)
        if len(answers) >= _MAX_QUESTIONS:
            return tf.constant(np.nan, tf.float64)
        return tf.cond(
            tf.cast(as_tensor(question, tensors), tf.bool),
            lambda: self._read(get, tensors, (*answers, True)),
            lambda: self._read(get, tensors, (*answers, False)),
        )

    def assign(self, path: str, value: Any) -> None:
        """Trace an assignment to a carried number, before the step.

        Raises:
            NotCarried: It is not among the carried ones.
        """
        for place in self.places:
            if place.path == path:
                place.variable.assign(tensorflow().cast(value, place.variable.dtype))
                return
        raise NotCarried(path)

    def push(self) -> None:
        """Move the state from Python into the variables."""
        values = self._values()
        if len(values) == len(self._held) and all(map(same, values, self._held)):
            return
        for place, value in zip(self.places, values, strict=True):
            place.variable.assign(value)
        self._held = values

    def pull(self) -> None:
        """Move the state from the variables into Python.

        Raises:
            NotCarried: The step came to a way that only Python can go.
        """
        if self._left is not None and int(self._left) >= 0:
            error = list(self._blocked.values())[int(self._left)]
            self._left.assign(-1)
            self._held = []
            raise not_carried(error) from error
        moved = [index for index, place in enumerate(self.places) if place.path in self.changing]
        if not moved:
            return  # hyperparameters alone: the program has not touched them
        leaves = {leaf.path: leaf for leaf in self._attributes.leaves()}
        held = list(self._held)
        for index in moved:
            place = self.places[index]
            held[index] = place.from_tensor(place.variable.read_value())
            leaves[place.path].put(held[index])
        self._held = held

    def _place(self) -> None:
        carried = [
            leaf
            for leaf in self._attributes.leaves()
            if leaf.path in self.changing or (self._inputs and isinstance(leaf.value, float))
        ]
        for leaf in carried:
            if not can_travel(leaf.value):
                raise NotCarried(leaf.path)
        self.places = [Place(leaf) for leaf in carried]
        self._own = self._attributes.own(place.path for place in self.places)
        self._questions, self._blocked, self._guards, self._held = {}, {}, {}, []

    def _explore(self, step: Callable[..., Any], specs: Sequence[Any]) -> None:
        tf = tensorflow()
        waiting: list[Answers] = [()]
        while waiting:
            answers = waiting.pop()

            def probe(*gradients: Any, answers: Answers = answers) -> Any:
                tensors = Reading(self.places, self.changing)
                self._one_way(lambda: step(*gradients), tensors, answers)
                return tf.constant(0)

            try:
                tf.function(probe, autograph=False).get_concrete_function(*specs)
            except _Undecided as undecided:
                self._questions[answers] = undecided.question
                waiting += [(*answers, True), (*answers, False)]
            except (_MoreChanges, tf.errors.OperatorNotAllowedInGraphError):
                raise
            except Exception as error:  # noqa: BLE001  # raised if the loop would come to it
                self._blocked[answers] = error
            if len(self._questions) >= _MAX_WAYS:
                raise NotCarried("if", say("train-reason-ways", most=_MAX_WAYS))
        self._check_next()
        self._left = tf.Variable(-1, dtype=tf.int64, trainable=False, name="left") if self._blocked else None

    def _check_next(self) -> None:
        """Raise what the next step would raise."""
        values = [place.value for place in self.places]
        answers: Answers = ()
        while answers in self._questions:
            answers = (*answers, bool(evaluate(self._questions[answers], values)))
        if answers in self._blocked:
            raise self._blocked[answers]

    def _branch(self, step: Callable[[], Any], tensors: Reading, answers: Answers) -> Any:
        tf = tensorflow()
        if answers in self._blocked:
            self._left.assign(list(self._blocked).index(answers))
            return tf.constant(0)
        question = self._questions.get(answers)
        if question is None:
            self._one_way(step, tensors, answers)
            return tf.constant(0)
        return tf.cond(
            tf.cast(as_tensor(question, tensors), tf.bool),
            lambda: self._branch(step, tensors, (*answers, True)),
            lambda: self._branch(step, tensors, (*answers, False)),
        )

    def _one_way(self, step: Callable[[], Any], tensors: Reading, answers: Answers) -> None:
        """Trace one way: the symbols go in, the step runs, what it left is assigned to the variables."""
        trace = _Trace(self, answers)
        trace.begin(tensors)
        with self._symbols(trace) as symbols, self._extended():
            before = [leaf.path for leaf in self._attributes.leaves()]
            step()
            after = {leaf.path: leaf.value for leaf in self._attributes.leaves()}
            new = after.keys() - before
            if new and all(self._attributes.inherited(path) for path in new):
                raise _Inherited(new)
            if list(after) != before:
                raise NotCarried(next(iter(set(after) ^ set(before)), "self"))
            self._assign(symbols, after, tensors)

    def _assign(self, symbols: dict[str, Any], after: dict[str, Any], tensors: Reading) -> None:
        carried = {place.path for place in self.places}
        constants = {path: value for path, value in symbols.items() if path not in carried}
        more = {path for path, value in constants.items() if not same(after[path], value)}
        more |= {place.path for place in self.places if after[place.path] is not symbols[place.path]}
        for path in sorted(constants.keys() & more):
            if not can_travel(constants[path]):
                raise NotCarried(path)
        if not more <= self.changing:
            self.changing |= more
            raise _MoreChanges
        for place in self.places:
            if after[place.path] is not symbols[place.path]:
                place.variable.assign(place.as_tensor(after[place.path], tensors))

    @contextmanager
    def _symbols(self, trace: _Trace) -> Iterator[dict[str, Any]]:
        """Put symbols where the carried values are, and the values back afterwards.

        Yields:
            What every leaf holds, by path.
        """
        snapshot = self._attributes.snapshot()
        leaves = self._attributes.leaves()
        puts = {leaf.path: leaf.put for leaf in leaves}
        try:
            values = {leaf.path: kept(leaf.value) for leaf in leaves}
            for index, place in enumerate(self.places):
                values[place.path] = place.symbol(trace, index)
                puts[place.path](values[place.path])
            yield values
        finally:
            self._attributes.restore(snapshot)

    @property
    def travelling(self) -> list[Any]:
        """The variables in which the state goes through a compiled loop."""
        own = [place.variable for place in self.places]
        return own if self._left is None else [*own, self._left]

    def _extended(self) -> AbstractContextManager[None]:
        return functions_extended(self._attributes.namespaces)

    def _values(self) -> list[Any]:
        if self._own is not None:
            return self._own()
        found = {leaf.path: leaf.value for leaf in self._attributes.leaves()}
        return [found[place.path] for place in self.places]
