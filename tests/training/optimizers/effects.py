"""What a step does outside itself: logs, files, times. It must be done at each step, and no step skipped."""

import functools
import logging
import pathlib
import sys
import tempfile
import time

from .corpus import entry

LINES = []
FOLDER = tempfile.TemporaryDirectory()
FILE = pathlib.Path(FOLDER.name) / "rate.txt"


class Lines(logging.Handler):
    """Notes what is logged."""

    def emit(self, record):
        LINES.append(record.getMessage())


log = logging.getLogger("a learner's optimizer")
log.setLevel(logging.INFO)
log.propagate = False
log.addHandler(Lines())


class Descent:
    """What the entries here share: something happens before each step."""

    def note(self):
        pass

    def step(self, gradients, variables):
        self.note()
        for g, w in zip(gradients, variables):
            w.assign_sub(0.1 * g)


@entry(engine="eager", more=lambda: len(LINES))
def a_logged_line(variables):
    LINES.clear()

    class Logged(Descent):
        def note(self):
            log.info("step")

    return Logged()


@entry(engine="eager", more=lambda: len(LINES))
def a_logger_kept(variables):
    LINES.clear()

    class Logged(Descent):
        def __init__(self):
            self._log = log

        def note(self):
            self._log.info("step")

    return Logged()


@entry(engine="eager", more=lambda: FILE.read_text())
def a_file_written(variables):
    FILE.write_text("")

    class Written(Descent):
        def note(self):
            with open(FILE, "a") as file:
                file.write("x")

    return Written()


@entry(engine="eager", more=lambda: FILE.read_text())
def a_file_of_pathlib(variables):
    FILE.write_text("")

    class Written(Descent):
        def note(self):
            FILE.write_text(FILE.read_text() + "x")

    return Written()


@entry(engine="eager")
def a_file_read(variables):
    FILE.write_text("0.1")

    class SGD:
        def step(self, gradients, variables):
            rate = float(FILE.read_text())
            for g, w in zip(gradients, variables):
                w.assign_sub(rate * g)

    return SGD()


@entry(engine="eager")
def a_file_kept_open(variables):
    class Written(Descent):
        def __init__(self):
            self.out = sys.stdout

        def note(self):
            self.out.write("x")

    return Written()


@entry(engine="eager")
def a_word_on_stdout(variables):
    class Written(Descent):
        def note(self):
            sys.stdout.write("x")

    return Written()


@entry(engine="eager")
def a_clock_imported_inside(variables):
    class Slow(Descent):
        def note(self):
            import time as clock

            clock.sleep(0.0001)

    return Slow()


@entry(engine="eager")
def a_decorator_that_measures(variables):
    def timed(function):
        @functools.wraps(function)
        def wrapped(*args):
            start = time.perf_counter()
            result = function(*args)
            log.debug("%s seconds", time.perf_counter() - start)
            return result

        return wrapped

    class SGD:
        @timed
        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return SGD()


@entry()
def a_report_that_no_step_calls(variables):
    class Reporting(Descent):
        def __init__(self):
            self.t = 0
            print("a new optimizer")

        def note(self):
            self.t += 1

        def report(self):
            print("after", self.t, "steps", time.time())

        def __repr__(self):
            return f"Reporting({self.t})"

    return Reporting()
