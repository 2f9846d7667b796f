"""Time and peak memory of one run against the number of items, decade by decade."""

import math
import os
import statistics
import sys

BENCHMARKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
for folder in (BENCHMARKS, os.path.join(BENCHMARKS, "rows"), os.path.join(BENCHMARKS, "objects")):
    sys.path.insert(0, folder)
from kit import CLEANUPD, SCALE, measure, say, turns_of

# From here on a point is measured once: it takes long, and what else the machine does evens out.
LARGE = 1_000_000
TURNS = 3


def decades(lowest, highest):
    """10^lowest … 10^highest, of which BENCH_SCALE takes the upper ones away; two at least."""
    top = max(2, round(highest + math.log10(SCALE)))
    return [10**exponent for exponent in range(min(lowest, max(1, top - 2)), top + 1)]


def points(numbers, folder, prepare, check, command=f"{CLEANUPD} run growing --force", large=LARGE):
    """(number, median seconds, highest MiB, turns) of each; `prepare` and `check` get the number."""
    found = []
    for number in numbers:
        measured = []
        for turn in range(turns_of(TURNS) if number < large else 1):
            say(f"{number:,} items, turn {turn + 1}")
            prepare(number)
            os.sync()
            measured.append(measure(command, folder))
            check(number)
        seconds, mebibytes = zip(*measured)
        found.append((number, statistics.median(seconds), max(mebibytes), len(measured)))
    return found


def add(part, name, unit, found, note=""):
    """The series, and what is promised of it: the most memory, and that a tenth of the items takes a tenth of the time."""
    once = [f"{point[0]:,}" for point in found if point[3] == 1]
    notes = [f"{name}: {', '.join(once)} {unit} were measured once, fewer of them {max(p[3] for p in found)} times"] if once else []
    part.series(name, unit, [point[:3] for point in found], ". ".join(filter(None, [*notes, note])))
    before, last = found[-2:]
    part.row(f"{name}: peak memory, {last[0]:,} {unit}", "MiB", [last[2]], f"{found[0][0]:,} {unit}", [found[0][2]])
    part.row(f"{name}: time per item, {last[0]:,} {unit}", "µs", [last[1] / last[0] * 1e6], f"{before[0]:,} {unit}",
             [before[1] / before[0] * 1e6])
