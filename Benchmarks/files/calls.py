#!/usr/bin/env python3
"""Status and removal of files by calls, as cleanupd does it, beside batches by io_uring: calls.py

BENCH_DIRECTORIES=200, BENCH_FILES=1000: the tree. Neither side is cleanupd: both are Benchmarks/files/calls.c.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import HERE, Part, fail, make_tree, need, package, run, say, scratch, size, turns_of

INTRO = """Why cleanupd asks the kernel for one file at a time: the same tree by a small program that does nothing else, once by
statx(2) and unlinkat(2) from two threads, once handing the same to io_uring a batch at a time (the best of one and two threads).
The kernel gives each statx and each unlink of a ring to a thread of its own, which costs more than the call that it saves."""
THREADS, BATCHES = (1, 2), (16, 128, 1024)


def main():
    need("cc")
    directories, files = size(int(os.environ.get("BENCH_DIRECTORIES", "200"))), int(os.environ.get("BENCH_FILES", "1000"))
    with scratch() as folder:
        part = Part("calls", "Calls beside io_uring", INTRO, folder, [package("liburing-dev")])
        program, tree = folder / "calls", folder / "tree"
        run(["cc", "-O2", "-o", program, HERE / "files/calls.c", "-luring", "-pthread"])
        tree.mkdir()

        def seconds(what, way, threads, batch):
            make_tree(tree, directories, files, 0)
            os.sync()
            places = sorted(str(path) for path in tree.glob("*/*"))
            taken, number = run([str(program), what, way, str(threads), str(batch), *places]).split()
            if int(number) != directories * files:
                fail(f"{what} by {way} took {number} of {directories * files} files")
            return float(taken)

        for what, name in (("statx", "status of"), ("unlink", "removal of")):
            ways = {("calls", 2, 128): [], **{("uring", threads, batch): [] for threads in THREADS for batch in BATCHES}}
            turns = turns_of(3)
            for turn in range(1, turns + 1):
                say(f"turn {turn} of {turns}: {what}")
                for way in ways:
                    ways[way].append(seconds(what, *way))
            calls = ways.pop(("calls", 2, 128))
            for batch in BATCHES:
                best = min((ways["uring", threads, batch] for threads in THREADS), key=lambda figures: sorted(figures)[len(figures) // 2])
                part.row(f"{name} {directories * files:,} files", "s", calls, f"io_uring, {batch} at a time", best)
            part.command(f"{program} {what} calls 2 128 {tree}/*/*")
            part.command(f"{program} {what} uring 2 {BATCHES[1]} {tree}/*/*")
        part.finish()


main()
