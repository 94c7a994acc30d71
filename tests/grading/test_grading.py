"""Submissions in confined kernels: right is right however it was found, and one failure costs what it must."""

import pytest

from gradmagic.course._wrong import read_wrong_answers
from gradmagic.course.checking import all_exercises
from gradmagic.grading import BLOCKED, FAILED, PASSED
from tests.grading.notebooks import SOLUTIONS, answered, cell, place, released, solution

NAME = "02-higher-derivatives"
ALL = list(all_exercises())
# The others train for seconds.
QUICK = [name for name in ALL if name[:2] in ("01", "02", "03", "04", "09")]


def states(graded):
    return {score.check: score.state for score in graded.scores}


def test_every_solution_gets_every_point_and_every_fresh_exercise_none(grade):
    found = grade(
        {("good", name): solution(name) for name in QUICK}
        | {("fresh", name): released(name) for name in QUICK}
    )
    for (student, name), graded in found.items():
        full = all_exercises()[name].points
        assert (graded.status, graded.max_points) == ("graded", full)
        assert graded.points == (full if student == "good" else 0), (name, states(graded))
        assert graded.tier


@pytest.mark.soak
@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_every_solution_and_fresh_exercise_with_and_without_its_demonstrations(grade, name, everything):
    found = grade({"good": solution(name), "fresh": released(name)}, name, everything=everything)
    assert found["good"].points == found["good"].max_points, states(found["good"])
    assert found["fresh"].points == 0
    assert not [note for note in found["good"].notes if note.code != "cell-failed"]


HONEST = {
    "python": "def first(x):\n    return 4.0 * float(x) ** 3 + 6 * float(x) ** 2 - 6 * float(x) + 4",
    "whole numbers": "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4",
    "float64": "def first(x):\n    return np.float64(4 * x**3 + 6 * x**2 - 6 * x + 4)",
    "float16": "def first(x):\n    return np.float16(4 * x**3 + 6 * x**2 - 6 * x + 4)",
    "float16 tensor": "def first(x):\n    return tf.cast(4 * x**3 + 6 * x**2 - 6 * x + 4, tf.float16)",
    "float32": "def first(x):\n    return np.float32(4 * x**3 + 6 * x**2 - 6 * x + 4)",
    "array": "def first(x):\n    return np.array(4 * x**3 + 6 * x**2 - 6 * x + 4)",
    "tensor": "def first(x):\n    x = tf.constant(x, tf.float64)\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4",
    "variable": "def first(x):\n    return tf.Variable(4 * x**3 + 6 * x**2 - 6 * x + 4)",
    "another algorithm": "def first(x):\n    h = 1e-20\n    return np.imag(f(complex(x, h))) / h",
    "polynomial": "def first(x):\n    return np.polyval(np.polyder([1, 2, -3, 4, -5]), x)",
    "a tape": (
        "def first(x):\n    x = tf.constant(x, tf.float64)\n    with tf.GradientTape() as tape:\n"
        "        tape.watch(x)\n        y = f(x)\n    return tape.gradient(y, x)"
    ),
    "noisy": (
        "import sys, warnings\ndef first(x):\n    print('x is', x)\n    print('!', file=sys.stderr)\n"
        "    warnings.warn('mind the step')\n    display(x)\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"
    ),
    "slow but allowed": (
        "import time\ndef first(x):\n    time.sleep(2)\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"
    ),
    "fails below": "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4\nundefined",
}


def test_right_is_right_however_it_was_found(grade):
    found = grade({name: answered(NAME, {"by-hand": source}) for name, source in HONEST.items()}, NAME)
    for name, graded in found.items():
        assert graded["derivative_1"].state == PASSED, (name, graded["derivative_1"])
        assert graded["nested_tapes"].state == PASSED, name


def test_other_types_of_other_answers(grade):
    step = "def newton_step(function, x):\n    once, twice = two_derivatives(function, x)\n    return {}"
    tapes = (
        "def two_derivatives(function, x):\n    x = tf.Variable(x)\n    with tf.GradientTape() as outer:\n"
        "        with tf.GradientTape() as inner:\n            y = function(x)\n"
        "        once = inner.gradient(y, x)\n    return [once, outer.gradient(once, x)]"
    )
    halves = (
        "def mse(w, b, x, y):\n    w, b, x, y = (np.asarray(part, np.float64) for part in (w, b, x, y))\n"
        "    return np.mean((w * x + b - y) ** 2).astype({})"
    )
    found = grade(
        {
            ("list", NAME): answered(NAME, {"nested": tapes}),
            ("tensor", NAME): answered(NAME, {"newton-step": step.format("tf.constant(x) - once / twice")}),
            ("float64", "03-linear-regression"): answered(
                "03-linear-regression", {"loss": halves.format("float")}
            ),
            ("extra", NAME): answered(
                NAME, end=["plt.plot([1, 2])", "undefined", "import time; time.sleep(100)", "%check newton"]
            ),
        }
    )
    assert found.pop(("float64", "03-linear-regression"))["mean_squared_error"].state == PASSED
    for graded in found.values():
        assert graded.points == graded.max_points, (graded.student, states(graded), graded.notes)


def test_an_answer_in_another_cell_counts(grade):
    notebook = released(NAME)
    notebook["cells"].append(cell("def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"))
    notebook["cells"].append(cell("def third(x):\n    return 24 * x + 12"))
    notebook["cells"].insert(2, cell("def second(x):\n    return 12 * x**2 + 12 * x - 6", cell_id="early"))
    found = states(grade({"ann": notebook}, NAME)["ann"])
    assert found["derivative_1"] == PASSED
    # The early one is overwritten by the empty answer below it, as it would be for the learner.
    assert found["derivative_2"] == found["derivative_3"] == BLOCKED
    notebook["cells"].append(cell("def second(x):\n    return 12 * x**2 + 12 * x - 6"))
    assert set(states(grade({"ann": notebook}, NAME, checks=["derivative_3"])["ann"]).values()) == {PASSED}


def test_a_cell_that_ends_the_kernel_costs_its_own_checks_only(grade):
    killing = "import os\nos._exit(0)"
    found = grade(
        {
            "answer": answered(NAME, {"nested": killing}),
            "below": answered(NAME, {"nested": killing, "newton-step": "once, _ = two_derivatives(f, 1.0)"}),
            "function": answered(
                NAME, {"by-hand": f"def first(x):\n    {killing.splitlines()[0]}; os._exit(0)"}
            ),
            "raises": answered(NAME, {"nested": "raise SystemExit(5)"}),
            "no python": answered(NAME, {"nested": "def two_derivatives(:"}),
            "late": answered(NAME, {"newton-step": killing}),
        },
        NAME,
    )
    for student in ("answer", "below", "raises", "no python"):
        assert states(found[student]) == {
            "derivative_1": PASSED,
            "derivative_2": PASSED,
            "derivative_3": PASSED,
            "nested_tapes": BLOCKED,
            "newton": BLOCKED,
        }, student
    assert found["function"]["derivative_1"].reason == "killed"
    assert states(found["function"])["newton"] == PASSED
    assert states(found["late"])["nested_tapes"] == PASSED
    # What is below misses what the killed cell would have defined.
    assert {note.code for note in found["below"].notes} == {"cell-killed", "cell-failed"}
    assert {note.code for note in found["answer"].notes} == {"cell-killed"}


def test_a_cell_without_an_end_costs_its_own_checks_only(grade):
    stubborn = (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30))\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    )
    found = grade(
        {
            "loop": answered(NAME, {"nested": "while True: pass"}),
            "stubborn": answered(NAME, {"nested": stubborn}),
        },
        NAME,
        cell=2.0,
    )
    for graded in found.values():
        assert [states(graded)[f"derivative_{order}"] for order in (1, 2, 3)] == [PASSED] * 3
        assert graded.points == 3


FORGED = "from IPython.display import display\nMIME = 'application/vnd.gradmagic.answers+json'\n"
ANSWER = '[{"value":{"shape":[],"numbers":[5.0]},"problem":"","detail":[],"printed":0}]'


def test_answers_that_the_probe_did_not_send_bring_nothing(grade):
    sending = f"display({{MIME: {{'answers': {ANSWER!r}, 'seen': {{}}}}}}, raw=True)"
    found = grade(
        {
            "twice": answered(
                NAME,
                {"by-hand": f"{FORGED}def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"},
                below={
                    "by-hand": f"import sys\ndef second(x):\n    sys.displayhook = None\n    {sending}\n    return x"
                },
            ),
            "before": answered(NAME, {"by-hand": f"{FORGED}{sending}\nfirst = second = third = None"}),
            "patched": answered(
                NAME,
                {
                    "by-hand": "import gradmagic.course.checking._probe as p\np.to_json = lambda answers: '[[[['"
                },
            ),
            "equal": answered(
                NAME,
                {
                    "by-hand": "class Yes(float):\n    def __eq__(self, other): return True\n"
                    "    def __sub__(self, other): return 0.0\ndef first(x):\n    return Yes(1.0)"
                },
            ),
        },
        NAME,
    )
    assert states(found["twice"])["derivative_2"] != PASSED
    for student in ("before", "patched", "equal"):
        assert states(found[student])["derivative_1"] != PASSED, student


def test_feedback_tells_what_came_and_not_what_is_right(grade):
    wrong = {"by-hand": "def first(x):\n    return -4 * x**3 - 6 * x**2 + 6 * x - 4"}
    graded = grade({"ann": answered(NAME, wrong)}, NAME)["ann"]
    score = graded["derivative_1"]
    assert (score.state, score.reason) == (FAILED, "sign-flipped")
    labels = [label for label, _ in score.lines]
    assert "came" in labels
    assert "off by" not in labels
    assert graded["derivative_2"].reason == "needs"


def test_a_chinese_notebook_has_chinese_feedback(grade):
    notebook = released(NAME)
    notebook["metadata"]["gradmagic"]["language"] = "zh"
    graded = grade({"ann": notebook}, NAME)["ann"]
    assert graded.language == "zh"
    assert any("还没有写" in text for _, text in graded["derivative_1"].lines)


def test_a_regrade_asks_one_check_and_what_it_needs(grade):
    graded = grade({"ann": solution(NAME)}, NAME, checks=["newton"])["ann"]
    assert states(graded) == {"nested_tapes": PASSED, "newton": PASSED}


def test_the_rules_are_read_in_the_submission(grade):
    formula = "def two_derivatives(function, x):\n    h = 1e-3\n    g = lambda t: float(function(tf.constant(t, tf.float64)))\n"
    formula += "    x = float(x)\n    return (g(x + h) - g(x - h)) / (2 * h), (g(x + h) - 2 * g(x) + g(x - h)) / h**2"
    lied = f"{formula}\nimport gradmagic.course.checking._rule as rule\nrule.Seen.gradients = property(lambda seen: 5)"
    sgd = (
        "class Descent:\n    def __init__(self, rate, momentum=0.0, decay=0.0):\n"
        "        self.inner = getattr(getattr(tf.keras, 'opti' + 'mizers'), 'SGD')(rate)\n"
        "    def apply_gradients(self, pairs):\n        self.inner.apply_gradients(pairs)"
    )
    found = grade(
        {
            ("formula", NAME): answered(NAME, {"nested": formula}),
            ("lied", NAME): answered(NAME, {"nested": lied}),
            ("sgd", "04-custom-optimizer"): answered("04-custom-optimizer", {"class": sgd}),
        }
    )
    assert found["formula", NAME]["nested_tapes"].reason == "no-tape"
    assert found["lied", NAME]["nested_tapes"].state != PASSED
    assert found["sgd", "04-custom-optimizer"]["plain_descent"].reason == "ready-made"


def with_wrong(name, answer):
    """The solution, and below all of it the wrong answer."""
    return answered(name, end=[answer.source])


def same_verdict(grade, name, answers):
    notebooks = {f"line-{answer.line:03}": with_wrong(name, answer) for answer in answers}
    found = grade(notebooks, name, cell=20.0)
    for answer in answers:
        score = found[f"line-{answer.line:03}"][answer.check]
        if score.reason != "needs":  # the same code fails an earlier check, too
            state = BLOCKED if answer.reason in ("missing", "unanswered") else FAILED
            assert (score.state, score.reason) == (state, answer.reason), (name, answer.line)


def test_wrong_answers_get_the_verdict_of_the_public_check(grade):
    answers = read_wrong_answers(SOLUTIONS / "wrong" / f"{NAME}.py")
    # One of each reason; all of all exercises in the long form.
    same_verdict(
        grade, NAME, list({answer.reason: answer for answer in answers if answer.reason != "slow"}.values())
    )


@pytest.mark.soak
@pytest.mark.parametrize("name", ALL)
def test_all_wrong_answers_get_the_verdict_of_the_public_check(grade, name):
    same_verdict(grade, name, read_wrong_answers(SOLUTIONS / "wrong" / f"{name}.py"))


def test_a_deleted_and_a_doubled_cell_and_a_broken_file_leave_the_rest_as_it_was(grade):
    without = solution(NAME)
    del without["cells"][place(without, "nested")]
    found = grade({"ann": without, "bob": b"{", "cid": solution(NAME), "dan": b"[" * 100_000}, NAME)
    assert found["ann"].points == 3
    assert (found["bob"].status, found["bob"].points, found["bob"].max_points) == ("not-json", 0, 7)
    assert found["dan"].status == "too-deep"
    assert found["cid"].points == 7
