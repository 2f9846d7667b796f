#!/usr/bin/env python3
"""Deletes 10,000 to 10,000,000 files: files.py. BENCH_TOP=7: the highest power of ten."""

import os

import growth  # first: it says where kit is
from kit import Part, configure, fail, forget, make_tree, scratch

INTRO = "All files of the tree are due, 1,000 in each directory; plan, ledger and deletion of each are within the time."


def possible(numbers, folder):
    """Those for which the file system has inodes, and what is to be said of the others."""
    free = os.statvfs(folder).f_favail
    fitting = [number for number in numbers if number * 1.1 + 10_000 < free]
    if len(fitting) < 2:
        fail(f"the file system of {folder} has only {free:,} free inodes")
    missing = [f"{number:,}" for number in numbers if number not in fitting]
    return fitting, f"{' and '.join(missing)} files left out: the file system has {free:,} free inodes" if missing else ""


def main():
    with scratch() as folder:
        numbers, note = possible(growth.decades(4, int(os.environ.get("BENCH_TOP", "7"))), folder)
        tree = folder / "tree"
        tree.mkdir()
        configure(folder, f"""
connections: {{ tree: {{ url: "file://{tree}" }} }}
tasks:
  growing: {{ files: {{ in: tree, type: file }}, remove: {{ older_than: 7d }}, limits: {{ max_percent: 100 }} }}
""")

        def prepare(number):
            forget(folder)
            each = min(1000, number)
            make_tree(tree, number // each, each, 100)

        def check(number):
            left = sum(len(files) for _, _, files in os.walk(tree))
            if left:
                fail(f"a run left {left} of {number} files")

        part = Part("growth-files", "Growth: files", INTRO, folder, [])
        growth.add(part, "run --force", "files", growth.points(numbers, folder, prepare, check), note)
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.finish()


main()
