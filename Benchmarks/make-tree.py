#!/usr/bin/env python3
"""Makes, or makes whole again, a tree of old and young files: make-tree.py ROOT DIRECTORIES FILES PERCENT_OLD

Old files are 30 days old and young ones an hour, spread evenly. Files that are still there are left alone, so that only
what a run deleted is made again.
"""

import os
import sys
import time


def main() -> None:
    root, directories, files, percent_old = sys.argv[1], *map(int, sys.argv[2:5])
    now = time.time()
    ages = {True: (now - 30 * 86400,) * 2, False: (now - 3600,) * 2}
    for number in range(directories):
        path = f"{root}/d{number:05d}"
        os.makedirs(path, exist_ok=True)
        present = set(os.listdir(path))
        directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        for index in range(files):
            name = f"file-{index:07d}.dat"
            if name in present:
                continue
            descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644, dir_fd=directory)
            os.utime(descriptor, ages[index * percent_old % 100 < percent_old])
            os.close(descriptor)
        os.close(directory)


main()
