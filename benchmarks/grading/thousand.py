"""A class of 1,000, one in twenty hostile or broken, graded by a process that is killed again and again.

    python benchmarks/grading/thousand.py FOLDER [--students 1000] [--kills 10] [--seconds 400] [--write]

Each piece runs for at most so many seconds and can be followed by another: the same words go on where the
last one was. After the last submission every score is compared with what was deserved, the gradebook is
audited, and what is left in memory and in processes is counted.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gradmagic.grading import Gradebook, find_key  # noqa: E402 - from this checkout, as the tests are
from tests.grading.crowd import crowd  # noqa: E402
from tests.redteam.library import EXERCISE  # noqa: E402
from tests.redteam.world import World  # noqa: E402

TABLE = ROOT / "benchmarks" / "README.md"
MARK = "a class of a thousand"
STANDSTILL_SECONDS = 8.0


def started(folder):
    words = ["grade", "submissions", "--solutions", str(ROOT / "solutions"), "--exercise", EXERCISE]
    words += ["--cell-seconds", "3", "--seconds", "20", "--key", "key", "--format", "csv,json"]
    return subprocess.Popen(
        [sys.executable, "-m", "gradmagic", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log.txt").open("ab"),
    )


def family(pid):
    """A process and all below it, as (pid, role, resident MB)."""
    below, words, sizes = {}, {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * 4096 / 2**20
        except OSError:
            continue
        below.setdefault(above, []).append(int(entry.name))
    found, ahead = [], [(pid, "grader")]
    while ahead:
        one, role = ahead.pop()
        if one not in words:
            continue
        found.append((one, role, sizes[one]))
        for child in below.get(one, ()):
            name = "kernels" if role in ("parent", "kernels") else "worker"
            ahead.append((child, "parent" if "_parent" in words[child] and role == "grader" else name))
    return found


def done(folder):
    """How many have been graded."""
    path = folder / "grades" / "gradebook.sqlite"
    if not path.exists():
        return 0
    with Gradebook.open(path, find_key(folder / "key")) as book:
        return sum(1 for _ in book.current())


def piece(folder, students, kills, seconds):
    """Grade for some seconds; return whether all is graded. Kills are spread over the first 8 parts of 10."""
    at = json.loads((folder / "kills.json").read_text())
    until, process, began = time.monotonic() + seconds, started(folder), time.monotonic()
    counted = 0
    with (folder / "samples.csv").open("a", newline="") as file:
        table = csv.writer(file)
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.5)
            counted += 1
            if counted % 4 == 0:
                sizes = {}
                for _, role, size in family(process.pid):
                    sizes[role] = max(sizes.get(role, 0.0), size)
                count = len(family(process.pid))
                number = done(folder)
                table.writerow(
                    [os.getpid(), process.pid, f"{time.time():.1f}", number, count, json.dumps(sizes)]
                )
                file.flush()
                if at and number >= at[0]:
                    time.sleep(random.random())
                    process.kill()
                    process.wait()
                    at.pop(0)
                    (folder / "kills.json").write_text(json.dumps(at))
                    process = started(folder)
    ended = process.poll()
    if ended is None:
        process.kill()
        process.wait()
    spent = json.loads((folder / "spent.json").read_text()) if (folder / "spent.json").exists() else 0.0
    (folder / "spent.json").write_text(json.dumps(spent + time.monotonic() - began))
    return ended == 0


def left_behind():
    """Processes and folders of graders that are no more."""
    time.sleep(3)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if b"gmg-" in (entry / "cmdline").read_bytes() and b"_parent" in (entry / "cmdline").read_bytes():
                pid = (entry / "cmdline").read_text().partition("gmg-")[2].partition("-")[0]
                if not Path("/proc", pid).exists():
                    found.append(entry.name)
        except OSError:
            continue
    return found


def looked_at(folder, deserved, kills):
    """Compare what the gradebook has with what was deserved; return the lines of the table."""
    key = find_key(folder / "key")
    with Gradebook.open(folder / "grades" / "gradebook.sqlite", key) as book:
        results = {result.graded.student: result.graded for result in book.current()}
        twice = [student for student in deserved if len(book.history(student, EXERCISE)) != 1]
        sound = book.audit().ok
    wrong = {
        student: (results[student].points, points)
        for student, points in deserved.items()
        if student in results and results[student].points != points
    }
    lost = deserved.keys() - results.keys()
    with (folder / "samples.csv").open(newline="") as file:
        rows = [
            (row[1], int(row[3]), int(row[4]), json.loads(row[5]), float(row[2])) for row in csv.reader(file)
        ]
    stretches = {}
    for row in rows:
        stretches.setdefault(row[0], []).append(row)
    longest = max(stretches.values(), key=lambda own: own[-1][1] - own[0][1])
    of_longest = [row for row in longest if longest[0][1] < row[1]]
    part = max(1, len(of_longest) // 4)
    # Nothing ran on this machine, or none of ours: clocks went on, and so did what learners are held to.
    still = [
        (before[4], after[4])
        for own in stretches.values()
        for before, after in pairwise(own)
        if after[4] - before[4] > STANDSTILL_SECONDS
    ]
    meanwhile = [student for student in wrong if overlaps(results[student], still)]
    bad, spent = len(range(10, len(deserved), 20)), json.loads((folder / "spent.json").read_text())
    yield (
        f"{len(deserved):,} submissions of 02, {bad} of them hostile or broken, {spent:.0f} s in all with "
        f"{os.cpu_count()} cores shared with other work, killed {kills} times."
    )
    yield ""
    yield "| what | found |"
    yield "| --- | --- |"
    unexplained = {student: points for student, points in wrong.items() if student not in meanwhile}
    yield f"| scores that are not what was deserved | {len(unexplained)} {unexplained or ''} |"
    longest_still = max((end - begin for begin, end in still), default=0.0)
    yield (
        "| the machine stood still, and the longest of it; scores that were spoilt by that | "
        f"{len(still)} times, {longest_still:.0f} s; {len(meanwhile)} |"
    )
    yield f"| submissions lost | {len(lost)} |"
    yield f"| submissions recorded more than once | {len(twice)} |"
    yield f"| the gradebook is sound (`gradmagic verify`) | {'yes' if sound else 'no'} |"
    yield f"| processes of graders that are no more | {len(left_behind())} |"
    for role in ("grader", "worker", "parent"):
        early = [row[3][role] for row in of_longest[:part] if role in row[3]]
        late = [row[3][role] for row in of_longest[-part:] if role in row[3]]
        if early and late:
            yield (
                f"| memory of the {role}, MB: first and last quarter of its longest life | "
                f"{median(early):.0f}, {median(late):.0f} |"
            )
    most = max(row[2] for row in of_longest)
    yield f"| processes at once, at most; at the end | {most}, {rows[-1][2]} |"


def overlaps(graded, still):
    """Whether a submission was being graded while the machine stood still."""
    began = datetime.fromisoformat(graded.began).timestamp()
    return any(begin < began + graded.seconds + 1 and began < end for begin, end in still)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop then; go on at the next call")
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "deserved.json").exists():
        with World(folder / "world") as world:
            deserved = crowd(folder / "submissions", arguments.students, world)
        chance = random.Random()
        places = sorted(chance.sample(range(1, arguments.students * 8 // 10), arguments.kills))
        (folder / "kills.json").write_text(json.dumps(places))
        (folder / "deserved.json").write_text(json.dumps(deserved))
    deserved = json.loads((folder / "deserved.json").read_text())
    if not piece(folder, len(deserved), arguments.kills, arguments.seconds):
        print(f"{done(folder)} of {len(deserved)} graded; go on with the same words")
        return 75
    lines = list(looked_at(folder, deserved, arguments.kills))
    print("\n".join(lines))
    if arguments.write:
        text = TABLE.read_text("utf-8")
        begin, end = f"<!-- {MARK}: begin -->\n", f"<!-- {MARK}: end -->"
        head, tail = text.split(begin)[0], text.split(end)[1]
        TABLE.write_text(head + begin + "\n".join(lines) + "\n" + end + tail, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
