"""100,000 submissions on how many machines within an hour, and what part of it is the scheduler's?

Service times are those of real gradings, kept in service_times.csv or read from a `grades.json`. What each
submission costs the one machine that plans, hands out, records and signs is measured here: in a real
gradebook, and where `distributed` is installed on a real scheduler with tasks that do nothing. Then every
submission is simulated: it waits for the coordinator, for a worker, and for the coordinator again.

    python benchmarks/grading/simulate.py [--submissions 100000] [--cores 16] [--write] [grades.json ...]
"""

import argparse
import csv
import heapq
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from gradmagic.grading import Graded, Score, WorkItem
from gradmagic.grading.book import Gradebook, Key

HERE = Path(__file__).parent
HOUR = 3600.0
MARK = "grading of 100,000 submissions"


def service_times(paths):
    """Seconds that a worker spent on each submission that was really graded."""
    if not paths:
        with (HERE / "service_times.csv").open() as file:
            return [float(row["seconds"]) for row in csv.DictReader(file)]
    rows = [row for path in paths for row in json.loads(Path(path).read_text("utf-8"))["results"]]
    return [row["seconds"] for row in rows if row["status"] == "graded"]


def gradebook_cost(count, batch=16):
    """Seconds of the coordinator for a submission: planned, claimed, recorded on the disk, signed."""
    lines = (("tried", "first(2.5)"), ("came", "-48.25"), ("looks like", "the sign is the other way round."))
    scores = tuple(
        Score(f"check_{n}", "failed", 0, 2, "sign-flipped", "What is it?", lines) for n in range(6)
    )
    items = [WorkItem(f"s{n}", "02", f"s{n}/02.ipynb", f"{n:064x}") for n in range(count)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Gradebook.open(Path(folder) / "g.sqlite", Key(b"k" * 32)) as book,
    ):
        began = time.perf_counter()
        book.plan(items, {"02": "rubric"})
        while claims := book.claim(batch):
            for claim in claims:
                one = claim.item
                book.record(
                    Graded(
                        one.student, one.exercise, one.path, one.digest, "graded", scores, rubric="rubric"
                    ),
                    claim,
                )
        return (time.perf_counter() - began) / count


def dask_cost(count):
    """Seconds of the coordinator for a task that does nothing, on two processes; None without Dask."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        return None
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        client.gather(client.map(nothing, range(20), pure=False))
        began = time.perf_counter()
        client.gather(client.map(nothing, range(count), pure=False))
        return (time.perf_counter() - began) / count


def nothing(number):
    return number


def simulate(times, workers, cost):
    """Return the seconds until all is recorded, and the part of it in which the coordinator was at work.

    Args:
        times: of each submission, in the order in which they are handed out.
        workers: how many grade side by side.
        cost: the coordinator's seconds for each submission, half before and half after it.
    """
    coordinator = 0.0
    done = [(0.0, False)] * workers  # when a worker comes to the coordinator, and whether with a result
    heapq.heapify(done)
    left = iter(times)
    while done:
        at, result = heapq.heappop(done)
        coordinator = max(coordinator, at) + (cost / 2 if result else 0.0)
        seconds = next(left, None)
        if seconds is not None:
            coordinator += cost / 2
            heapq.heappush(done, (coordinator + seconds, True))
    return coordinator, len(times) * cost / coordinator


def machines_for(times, cores, cost, limit=HOUR):
    """The fewest machines that end within the limit; None where the coordinator alone takes longer."""
    if len(times) * cost > limit:
        return None
    low, high = 0, 1
    while simulate(times, high * cores, cost)[0] > limit:
        low, high = high, high * 2
        if high > 4096:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if simulate(times, middle * cores, cost)[0] > limit:
            low = middle
        else:
            high = middle
    return high


def table(arguments):
    recorded = service_times(arguments.grades)
    chance = random.Random(0)
    times = [chance.choice(recorded) for _ in range(arguments.submissions)]
    book = gradebook_cost(arguments.measure)
    dask = dask_cost(arguments.measure)
    cost = book + (dask or 0.0)
    yield (
        f"{arguments.submissions:,} submissions, each with one of {len(recorded)} recorded service times "
        f"(median {statistics.median(recorded):.2f} s, mean {statistics.fmean(recorded):.2f} s, "
        f"longest {max(recorded):.1f} s), one worker a core. "
        f"The coordinator's cost for each, measured on {arguments.measure}: "
        f"{book * 1e3:.2f} ms for the gradebook, "
        + (f"{dask * 1e3:.2f} ms for Dask's scheduler and client." if dask else "Dask is not installed here.")
    )
    yield ""
    yield f"| machines of {arguments.cores} cores | all graded after | share of scheduler and gradebook | |"
    yield "| ---: | ---: | ---: | --- |"
    needed = machines_for(times, arguments.cores, cost)
    counts = sorted({1, 4, 16, 64} | ({needed} if needed else set()))
    for count in counts:
        seconds, share = simulate(times, count * arguments.cores, cost)
        note = "the fewest within an hour" if count == needed else ""
        yield f"| {count} | {seconds / 60:,.1f} min | {share:.1%} | {note} |"
    if needed is None:
        yield "\nNo number of machines ends within an hour: the coordinator alone takes longer."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("grades", nargs="*", help="grades.json of real runs")
    parser.add_argument("--submissions", type=int, default=100_000)
    parser.add_argument("--cores", type=int, default=16)
    parser.add_argument(
        "--measure", type=int, default=2000, help="submissions that the costs are measured on"
    )
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    arguments = parser.parse_args()
    lines = list(table(arguments))
    print("\n".join(lines))
    if arguments.write:
        page = HERE.parent / "README.md"
        before, _, rest = page.read_text("utf-8").partition(f"<!-- {MARK}: begin -->\n")
        _, _, after = rest.partition(f"<!-- {MARK}: end -->")
        text = "\n".join(lines)
        page.write_text(f"{before}<!-- {MARK}: begin -->\n{text}\n<!-- {MARK}: end -->{after}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
