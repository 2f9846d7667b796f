#!/usr/bin/env python3
"""Deletes the expired half of a tree, beside programs that delete files by age: delete.py

BENCH_DIRECTORIES=500 BENCH_FILES=1000: the tree. Each command must leave exactly the young half, and what lies beside it.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import CLEANUPD, Part, configure, need, package, run, scratch, size, take_turns, turns_of

from tree import Tree, WholeDirectories

INTRO = """Half of the files of a tree are 30 days old and go; the others are an hour old and must stay. cleanupd plans
the whole before it deletes, writes each file to its ledger first, looks at it again and writes the metrics of the run; its
process begins and ends within the time. Each program must leave exactly the young half."""
# Peers of the large tree: their names, and what they do that is not the same.
PEERS = [
    ("find -delete", ""),
    ("fd -X rm", "fd hands paths to `rm`, which follows a directory that became a link since: it may delete elsewhere"),
    ("tmpreaper", "with `--mtime`, as the others; stops by itself after 55 s"),
    ("systemd-tmpfiles --clean", "a file of its own by path, with `mM:7d`; locks each directory, as cleanupd does"),
]
EXEC_NOTE = "a process for each file, of which most of its time goes into starting it; on a tree of a 25th of the files"
RM_NOTE = """`rm -rf` was told which directories, and looks at nothing: a file that somebody wrote into one of them a moment
ago goes with it. cleanupd asks each directory for the youngest thing beneath it, twice, which is a walk that `rm` saves"""


def main():
    need("find", "fdfind", "tmpreaper", "systemd-tmpfiles")
    directories, files = size(int(os.environ.get("BENCH_DIRECTORIES", "500"))), int(os.environ.get("BENCH_FILES", "1000"))
    turns = turns_of(5)
    with scratch() as folder:
        tree = Tree(folder, "tree", directories, files)
        small = Tree(folder, "small", max(1, directories // 25), files)
        laid = WholeDirectories(folder, "laid", directories, files)
        tmpfiles = folder / "tmpfiles.conf"
        tmpfiles.write_text(f"e {tree.path} - - - mM:7d\n")
        configure(folder, f"""
connections:
  tree: {{ url: "file://{tree.path}" }}
  small: {{ url: "file://{small.path}" }}
  laid: {{ url: "file://{laid.path}" }}
tasks:
  files: {{ files: {{ in: tree, type: file }}, remove: {{ older_than: 7d }} }}
  small: {{ files: {{ in: small, type: file }}, remove: {{ older_than: 7d }} }}
  directories: {{ files: {{ in: laid, type: directory, depth: 1 }}, remove: {{ older_than: 7d }} }}
""")
        versions = ["findutils", "fd-find", "tmpreaper", "systemd", "coreutils"]
        part = Part("delete", "Deleting files", INTRO, folder, [package(name) for name in versions])

        def ours(task):
            return f"{CLEANUPD} run {task} --force --metrics-file {folder}/metrics.prom"

        def measured(tree, commands, turns):
            for command in commands.values():
                # What that file says belongs to the command.
                part.command(command.replace(f"{tmpfiles}", f"{tmpfiles}  # {tmpfiles.read_text().strip()}"))
            return take_turns({name: (tree.make, command, tree.check) for name, command in commands.items()}, turns, folder)

        large_tree = measured(tree, {
            "cleanupd": ours("files"),
            "find -delete": f"find {tree.path} -type f -mtime +7 -delete",
            "fd -X rm": f"fdfind -u -t f --changed-before 7d . {tree.path} -X rm",
            "tmpreaper": f"tmpreaper --mtime 7d {tree.path}",
            "systemd-tmpfiles --clean": f"systemd-tmpfiles --clean {tmpfiles}",
        }, turns)
        part.compare(f"{directories * files:,} files, {tree_due(tree):,} due", large_tree, "cleanupd", PEERS)
        run(["rm", "-rf", "--", str(tree.path)])
        few = measured(small, {
            "cleanupd": ours("small"),
            "fd -x rm": f"fdfind -u -t f --changed-before 7d . {small.path} -x rm",
        }, min(3, turns))
        part.compare(f"{tree_due(small) * 2:,} files, {tree_due(small):,} due", few, "cleanupd", [("fd -x rm", EXEC_NOTE)])
        whole = measured(laid, {
            "cleanupd": ours("directories"),
            "rm -rf": f"rm -rf {laid.path}/old-*",
        }, min(3, turns))
        part.compare(f"{laid.each} whole directories, {laid.each * files:,} files", whole, "cleanupd", [("rm -rf", RM_NOTE)])
        part.finish()


def tree_due(tree):
    directories, files, _ = tree.shape
    return directories * files - tree.young


main()
