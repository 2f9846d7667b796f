#!/usr/bin/env python3
"""Makes files to upload, and a database that refers to half of them.

make-objects.py KEEP GONE DATABASE COUNT
make-objects.py --references-only DATABASE COUNT   of the keys that listing-server.py makes up, but each hundredth
"""

import os
import sqlite3
import sys


def key(number: int, ending: str) -> str:
    return f"previews/{number:07}-{ending}.bundle"


def refer(path: str, keys) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE previews (bundle_key TEXT)")
        database.executemany("INSERT INTO previews VALUES (?)", ((name,) for name in keys))


if sys.argv[1] == "--references-only":
    refer(sys.argv[2], (key(number, "gone") for number in range(int(sys.argv[3])) if number % 100))
else:
    keep, gone, path, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    for folder, ending in ((keep, "keep"), (gone, "gone")):
        os.makedirs(folder + "/previews")
        for number in range(count // 2):
            with open(f"{folder}/{key(number, ending)}", "w") as file:
                file.write(f"bundle {number}\n")
    refer(path, (key(number, "keep") for number in range(count // 2)))
