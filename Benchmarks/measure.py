#!/usr/bin/env python3
"""Runs a line of the shell and writes its seconds and its peak resident memory in MiB: measure.py REPORT COMMAND

Memory counts only what one process of the command had; the interpreter that begins it is the least that can be told.
"""

import os
import subprocess
import sys
import time

report, command = sys.argv[1:]
start = time.perf_counter()
process = subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
code = os.waitstatus_to_exitcode(status)
if code != 0:
    sys.exit(f"measure.py: {command} ended with {code}")
with open(report, "w") as file:
    file.write(f"{seconds:.6f} {usage.ru_maxrss / 1024:.1f}\n")
