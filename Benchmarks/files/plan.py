#!/usr/bin/env python3
"""Plans on a tree of which nothing is expired, beside programs that look for old files: plan.py"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import CLEANUPD, Part, configure, fail, need, package, planned, scratch, size, take_turns, turns_of

from tree import Tree

INTRO = "Nothing is due: what every firing costs that finds nothing to do. The tree is in the caches of the machine."


def main():
    need("find", "fdfind")
    directories, files = size(int(os.environ.get("BENCH_DIRECTORIES", "500"))), int(os.environ.get("BENCH_FILES", "1000"))
    with scratch() as folder:
        tree = Tree(folder, "tree", directories, files, percent_old=0)
        configure(folder, f"""
connections: {{ tree: {{ url: "file://{tree.path}" }} }}
tasks:
  files: {{ files: {{ in: tree, type: file }}, remove: {{ older_than: 7d }} }}
""")
        part = Part("plan", "Planning on files", INTRO, folder, [package("findutils"), package("fd-find")])
        tree.make()
        if planned("files") != (directories * files, 0):
            fail(f"the plan looked at {planned('files')[0]} of {directories * files} files, or would remove some")
        commands = {
            "cleanupd": f"{CLEANUPD} plan files",
            "find": f"find {tree.path} -type f -mtime +7",
            "fd": f"fdfind -u -t f --changed-before 7d . {tree.path}",
        }
        seconds = take_turns(
            {name: (lambda: None, command, tree.check) for name, command in commands.items()}, turns_of(5), folder
        )
        part.compare(f"{directories * files:,} files, none due", seconds, "cleanupd", [("find", ""), ("fd", "two threads each")])
        for command in commands.values():
            part.command(command)
        part.finish()


main()
