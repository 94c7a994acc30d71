"""Checks of every kind of answer: right, wrong, absent, raising, endless, noisy; and the rules on how."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.course.checking import (
    Answer,
    Avoids,
    Desk,
    Exercise,
    Leaf,
    Mistake,
    Seen,
    UsesOperation,
    UsesTape,
    all_exercises,
    as_numbers,
    ask,
    from_json,
    judge,
    next_hint,
    run_check,
    run_checks,
    to_json,
)
from gradmagic.messages import catalogue


def exercise(**settings):
    """One check, of a gradient by an array."""
    made = Exercise("99-made-up", ("Made up", "虚构"))
    settings = {
        "points": 2,
        "draw": lambda draw: {"X": draw.vector(4, 1, 3), "w": draw.number(1, 2)},
        "expect": lambda X, w: 2 * w * X,
        **settings,
    }

    @made.check(**settings)
    def gradient(grad, *, X, w):
        """The gradient.

        梯度。
        """
        return grad(X, w)

    return made


def outcome(grad, learner="", **settings):
    (found,) = exercise(**settings).checks.values()
    return run_check(found, {"grad": grad}, learner)


def text(found):
    return "\n".join(f"{label}: {line}" for label, line in found.lines)


def test_a_right_answer_passes_in_float32_and_in_float64():
    assert outcome(lambda X, w: 2 * w * X).state == "passed"
    assert outcome(lambda X, w: tf.constant(2 * w * X, tf.float32)).points == 2
    assert outcome(lambda X, w: [2.0 * w * float(x) for x in X]).state == "passed"


@pytest.mark.parametrize(
    ("grad", "reason"),
    [
        (lambda X, w: -2 * w * X, "sign-flipped"),
        (lambda X, w: 4 * w * X, "twice-too-large"),
        (lambda X, w: w * X, "half"),
        (lambda X, w: (2 * w * X)[:, None], "column-for-row"),
        (lambda X, w: (2 * w * X)[::-1], "swapped"),
        (lambda X, w: 2 * w * X / len(X), "mean-for-sum"),
        (lambda X, w: 2 * w * X + 1, "number"),
        (lambda X, w: 2 * w * X[:3], "shape"),
        (lambda X, w: 2 * w * X * np.nan, "not-finite"),
        (lambda X, w: None, "none"),
        (lambda X, w: (2 * w * X, 1), "parts"),
        (lambda X, w: "12", "type"),
        (lambda X, w: 1 / 0, "raised"),
        (lambda X, w: exec("raise MemoryError"), "raised"),
        (lambda X, w: sys.exit(), "raised"),
        (lambda X, w: [0] * 10**6, "large"),
    ],
)
def test_each_wrong_answer_has_its_reason(grad, reason):
    mistakes = (Mistake("mean-for-sum", lambda right, X: right / len(X)),)
    found = outcome(grad, mistakes=mistakes)
    assert (found.state, found.points, found.reason) == ("failed", 0, reason)


def test_a_mistake_must_explain_every_case():
    turns = iter([1, -1, 1])
    assert outcome(lambda X, w: next(turns) * 2 * w * X).reason == "number"


def test_a_message_tells_where_and_how_far_but_not_the_right_number():
    found = outcome(
        lambda X, w: 2 * w * X * [1, 1, 1.25, 1], always=({"X": [1, 1, 7, 1], "w": 1.0},), draw=None
    )
    assert text(found) == (
        "tried: grad([1, 1, 7, 1], 1)\n"
        "came: [2, 2, 17.5, 2]\n"
        "off by: somewhat too large in size (relative error 0.25); 1 of 4 numbers are wrong"
    ).replace("came: [2, 2, 17.5, 2]", "came: 17.5 at [2]")


def until_given_up(done, step=lambda: None):
    """Do nothing but that: for two minutes, which is for ever here. Then it was not stopped."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        step()
    done.append("went on")


def test_an_endless_loop_is_stopped_even_if_it_catches_everything():
    done = []

    def stubborn(X, w):
        while not done:
            try:
                until_given_up(done)
            except Exception:  # noqa: BLE001
                continue

    assert outcome(stubborn, seconds=0.1).reason == "slow"
    assert outcome(lambda X, w: until_given_up(done, lambda: time.sleep(120)), seconds=0.1).reason == "slow"
    assert not done


def test_an_endless_loop_is_stopped_away_from_the_main_thread_too():
    from concurrent.futures import ThreadPoolExecutor

    done = []
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(outcome, lambda X, w: until_given_up(done), seconds=0.1).result()
    assert found.reason == "slow"
    assert not done


def test_an_interrupt_is_the_learners_and_goes_through():
    def interrupted(X, w):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outcome(interrupted)


def test_noise_is_kept_out_and_told(capsys):
    def noisy(X, w):
        for _ in range(5000):
            print("look")
        return 2 * w * X

    found = outcome(noisy)
    assert capsys.readouterr().out == ""
    assert found.state == "passed"
    assert "printed 75,000 characters" in text(found)


def test_a_learner_who_changes_the_input_changes_nothing_else():
    def rude(X, w):
        X *= w
        return 2 * X

    assert outcome(rude).state == "passed"


def test_inputs_are_the_learners_own_and_come_again():
    seen = {}
    for who in ("anna", "bo", "anna"):
        (check,) = exercise().checks.values()
        seen.setdefault(who, []).append(check.cases_for(who))
    assert seen["anna"][0] == seen["anna"][1] != seen["bo"][0]
    assert check.cases_for("anna", salt="grading") != seen["anna"][0]


def test_random_numbers_come_again_and_the_learners_own_go_on():
    seen = []

    def drawing(X, w):
        seen.append((float(tf.random.normal([])), float(np.random.rand())))
        return 2 * w * X

    np.random.seed(5)
    outcome(drawing)
    after = np.random.rand()
    outcome(drawing)
    assert seen[:3] == seen[3:]
    np.random.seed(5)
    assert np.random.rand() == after


def test_what_is_not_there_yet_could_not_run():
    (check,) = exercise().checks.values()
    for names, reason in (({}, "missing"), ({"grad": None}, "unanswered"), ({"grad": ...}, "unanswered")):
        found = run_check(check, names)
        assert (found.state, found.reason) == ("could-not-run", reason)
    assert run_check(check, {"grad": 3}).reason == "not-function"

    def stub_of_nbgrader(X, w):
        raise NotImplementedError

    assert run_check(check, {"grad": stub_of_nbgrader}).reason == "unanswered"
    assert "the number alone" in text(outcome(lambda X, w: np.ones(1), expect=lambda X, w: 2.0))


def two():
    made = Exercise("98-two", ("Two", "两项"))

    @made.check(points=1, expect=lambda: 1.0)
    def one(a):
        """One.

        一。
        """
        return a

    @made.check(
        points=3, between=(0.9, 1.0), needs=("one",), hints=(("near one", "接近一"), ("0.95", "0.95"))
    )
    def other(b):
        """Other.

        二。
        """
        return b

    return made


def test_a_check_waits_for_what_it_needs():
    report = run_checks(two(), {"a": 2, "b": 0.95})
    assert [one.state for one in report.outcomes] == ["failed", "could-not-run"]
    assert report["other"].reason == "needs"
    assert run_checks(two(), {"a": 1, "b": 0.95}).points == 4
    assert run_checks(two(), {"a": 2, "b": 0.95}, ["other"])["other"].reason == "needs"


@pytest.mark.parametrize(
    ("level", "reason"),
    [(0.89, "too-small"), (1.1, "too-large"), (float("nan"), "not-finite"), ([1, 1], "shape")],
)
def test_a_level_to_reach(level, reason):
    assert run_checks(two(), {"a": 1, "b": level})["other"].reason == reason
    assert run_checks(two(), {"a": 1, "b": tf.Variable([0.95])})["other"].state == "passed"


def test_progress_and_hints_are_remembered():
    desk, made = Desk(), two()
    assert run_checks(made, {"a": 1, "b": 5}, desk=desk).progress.points == 1
    assert run_checks(made, {"b": 5}, ["one"], desk=desk).progress.points == 0
    hints = [next_hint(made.checks["other"], desk) for _ in range(3)]
    assert [(hint.number, hint.text) for hint in hints] == [(1, "near one"), (2, "0.95"), (2, "0.95")]
    assert hints[1].metadata == {"gradmagic": {"hint": {"check": "other", "given": 2, "of": 2}}}
    assert repr(next_hint(made.checks["one"], desk)) == "there are no hints for `one`."


def test_a_grader_asks_in_one_process_and_judges_in_another():
    (check,) = exercise(expect=lambda X, w: pytest.fail("the reference is not used")).checks.values()
    cases = check.cases_for("anna", "secret")
    solution = [one.value for one in from_json(to_json(ask(check, {"grad": lambda X, w: 2 * w * X}, cases)))]
    for grad, state in ((lambda X, w: w * X * 2, "passed"), (lambda X, w: w * X, "failed")):
        came = from_json(to_json(ask(check, {"grad": grad}, cases)))
        assert judge(check, cases, came, solution).state == state
        text_of = text(judge(check, cases, came, solution, hidden=True))
        assert "relative error" not in text_of
    assert "half of what is asked for" in text_of
    assert judge(check, cases, [], solution).state == "could-not-run"


# Rules


def by_tape(X, w):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        y = w * w * X
    return tape.jacobian(y, w)


def helper(X, w):
    return tf.keras.optimizers.SGD and 2 * w * X


def by_helper(X, w):
    return helper(X, w)


def by_alias(X, w):
    from keras.optimizers import Adam as ready

    return ready and 2 * w * X


class Inherits(tf.keras.optimizers.SGD):
    pass


def test_a_formula_in_place_of_the_tape_is_told():
    rule = (UsesTape(),)
    assert outcome(lambda X, w: by_tape(X, float(w)), rules=rule).state == "passed"
    found = outcome(lambda X, w: 2 * w * X, rules=rule)
    assert (found.state, found.reason) == ("failed", "no-tape")
    assert "let TensorFlow differentiate" in text(found)
    compiled = tf.function(by_tape)
    assert outcome(lambda X, w: compiled(X, tf.constant(w)), rules=rule, cases=1).reason in (
        "",
        "no-tape",
        "raised",
    )


def test_a_rule_is_not_looked_at_while_the_numbers_are_wrong():
    assert outcome(lambda X, w: -2 * w * X, rules=(UsesTape(),)).reason == "sign-flipped"


@pytest.mark.parametrize("grad", [by_helper, by_alias])
def test_a_ready_made_part_is_found_through_helpers_and_aliases(grad):
    found = outcome(grad, rules=(Avoids(("keras.optimizers",)),))
    assert found.reason == "ready-made"
    assert "`keras.optimizers" in text(found)


def test_a_ready_made_part_is_found_in_text_and_in_bases():
    rule = Avoids(("keras.optimizers",))
    assert rule.breach({"mine": Inherits}, None)
    assert rule.breach_in_text("import tensorflow as t\nt.keras.optimizers.SGD(0.1)")
    assert rule.breach_in_text("from tensorflow.keras import optimizers as o\no.SGD(0.1)")
    assert rule.breach_in_text("import tensorflow as tf\ntf.keras.layers.Dense(1)") is None
    assert outcome(by_tape, rules=(rule,)).reason != "ready-made"


shadowed = tf.Variable(1.0)


def with_a_local_name(X, w):
    shadowed = 2 * w * X
    return shadowed.copy()


def test_a_local_name_is_not_the_notebooks_variable():
    assert shadowed.shape == ()
    assert outcome(with_a_local_name, rules=(Avoids(("tensorflow",)),)).state == "passed"


def test_an_operation_that_is_asked_for():
    rule = UsesOperation(("MatMul",), ("no product", "没有乘积"))
    assert outcome(lambda X, w: 2 * w * X, rules=(rule,)).reason == "operation-missing"
    product = lambda X, w: tf.linalg.matvec(2 * w * tf.eye(4), X)  # noqa: E731
    assert outcome(product, rules=(rule,)).state == "passed"
    assert tf.GradientTape.gradient.__name__ == "gradient", "nothing is left patched"


# What an author may not write


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"expect": None}, "either `expect` or `between`"),
        ({"needs": ("nothing",)}, "needs nothing, which is not a check above it"),
        ({"draw": lambda draw: {"X": [1.0]}}, "its inputs are"),
        ({"shape": "any"}, "shape is 'exact' or 'loose'"),
    ],
)
def test_an_author_is_told(settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        exercise(**settings)


def test_every_check_of_the_course_is_whole():
    for name, made in all_exercises().items():
        for check in made.checks.values():
            assert len(check.hints) >= 2, f"{name}, {check.name}"
            assert all(str(one) for one in check.mistakes), "a mistake without a sentence"
            for english, chinese in (
                check.words,
                *check.hints,
                *(one.words for one in check.mistakes if one.words),
            ):
                assert english.isascii() or "·" in english or "²" in english, english
                assert any("\u4e00" <= character <= "\u9fff" for character in chinese) or "`" in chinese, (
                    chinese
                )


def test_the_guide_lists_every_mistake_that_has_a_sentence():
    guide = (Path(__file__).parents[3] / "docs" / "checks.md").read_text("utf-8")
    named = [key.removeprefix("mistake-") for key in catalogue() if key.startswith("mistake-")]
    assert [name for name in named if f"`{name}`" not in guide] == []


def test_what_between_bounds_is_measured_where_it_is_judged():
    made = exercise(
        expect=None, between=(0.0, 0.1), measure=lambda came, X, w: float(np.mean((came - 2 * w * X) ** 2))
    )
    (check,) = made.checks.values()
    cases = check.cases_for("ann")
    right = [as_numbers(2 * case["w"] * np.asarray(case["X"])) for case in cases]
    states = {}
    for name, values in {
        "right": right,
        "far": [Leaf(value.values + 5) for value in right],
        "shape": [Leaf(np.zeros(3))] * len(cases),
        "none": [None] * len(cases),
    }.items():
        states[name] = judge(check, cases, [Answer(value) for value in values], [])
    assert states["right"].state == "passed"
    assert states["far"].reason == "too-large"
    assert states["shape"].reason == "not-finite"
    assert states["none"].reason == "none"


def test_the_body_is_given_other_inputs_where_the_cases_would_tell_the_answer():
    made = Exercise("99-given", ("Given", "给定"))

    @made.check(
        points=1,
        draw=lambda draw: {"slope": draw.number(1, 2), "x": draw.vector(3)},
        given=lambda slope, x: {"x": x, "y": slope * x},
        expect=lambda slope, x: slope,
    )
    def found(fit, *, x, y):
        """Find the slope.

        求斜率。
        """
        return fit(x, y)

    check = made.checks["found"]
    question = check.question(check.cases_for("ann")[0])
    assert set(question) == {"x", "y"}
    assert isinstance(question["y"], list)
    assert run_check(check, {"fit": lambda x, y: float(x @ y / (x @ x))}).state == "passed"


def test_a_measure_needs_something_to_bound_it():
    with pytest.raises(ValueError, match="give `between`"):
        exercise(measure=lambda came, X, w: 0.0)


@pytest.mark.parametrize(
    ("rule", "source", "seen", "broken"),
    [
        (
            UsesTape(),
            "import tensorflow as tf\ndef f(x):\n    with tf.GradientTape() as t: pass",
            Seen(1),
            False,
        ),
        # A tape that is asked nothing is for show, unless what asks it was compiled earlier.
        (
            UsesTape(),
            "import tensorflow as tf\ndef f(x):\n    with tf.GradientTape() as t: pass",
            Seen(),
            True,
        ),
        (
            UsesTape(),
            "import tensorflow as tf\n@tf.function\ndef f(x):\n    with tf.GradientTape() as t: pass",
            Seen(),
            False,
        ),
        (UsesTape(), "def f(x):\n    return 2 * x", Seen(gradients=5), True),
        (UsesTape(), "import gradmagic as gm\ndef f(x):\n    return gm.grad(x)", Seen(gradients=1), False),
        (UsesTape(), "import gradmagic as gm\ndef f(x):\n    return gm.grad(x)", Seen(), True),
        (
            UsesOperation(("Log",), ("log", "对数")),
            "import tensorflow as tf\nf = tf.math.log",
            Seen(operations={"Log"}),
            False,
        ),
        (
            UsesOperation(("Log",), ("log", "对数")),
            "import numpy as np\nf = np.log",
            Seen(operations={"Log"}),
            True,
        ),
        (UsesOperation(("Log",), ("log", "对数")), "import tensorflow as tf\nf = tf.math.log", Seen(), True),
        (Avoids(("keras",)), "import keras\nf = keras.optimizers.SGD", Seen(), True),
        (
            Avoids(("keras",)),
            "import tensorflow as tf\nf = getattr(tf, 'keras').optimizers.SGD",
            Seen(),
            True,
        ),
        (Avoids(("keras",)), "import tensorflow as tf\nf = getattr(tf, 'ke' + 'ras')", Seen(), True),
        (Avoids(("keras",)), "f = eval('SGD')", Seen(), True),
        (Avoids(("keras",)), "import numpy as np\ndef f(x):\n    return np.dot(x, x)", Seen(), False),
    ],
)
def test_a_grader_reads_rules_in_the_text_and_believes_the_kernel_only_against_the_learner(
    rule, source, seen, broken
):
    assert (rule.breach_in_text(source, seen) is not None) == broken
