#!/usr/bin/env python3
"""Runs one turn of tests. What failed in it only by taking too long is asked once more, alone.

    scripts/turn.py swift test --skip-build -- --filter Clients

Thirty tests at once, on a machine that serves others too, may keep one of them waiting for longer than what it tests may
take. Such a test gets a second word, with nothing beside it; whatever else fails has failed, and so has a turn in which
many do, one that found no test, and a test that met a race. The last line says what was asked again; .ci/run repeats it.
"""

import re
import subprocess
import sys
import time

ISSUE = re.compile(r"✘ Test (?P<test>\S+\(\S*\)) recorded an issue ")
DETAIL = re.compile(r"^↳ ")
ENDED = re.compile(r"[✔✘] Test run with [1-9]\d* tests? .* after [\d.]+ seconds(?: with (?P<issues>\d+) issues?)?")
# What the tests' own waits print, and comparisons of a measured time with its bound.
LATE = re.compile(r"eventually\(|waitUntil\(|becomes\(within:|ContinuousClock\.now - |statement timeout|Time limit was exceeded")
# What ThreadSanitizer says, and how a program ends in which it found a race (66 in scripts/tsan.sh): never only late.
RACE = re.compile(r"ThreadSanitizer|code → 66\b|ended with 66\b")
MOST = 5


class Turn:
    """What was read of a turn's output: the issues of each test, and how many the turn itself counted."""

    def __init__(self):
        self.issues = {}
        self.counted = None
        self.latest = None

    def read(self, line):
        if issue := ISSUE.search(line):
            self.latest = self.issues.setdefault(issue["test"], [])
            self.latest.append(line)
        elif self.latest and DETAIL.match(line):
            self.latest[-1] += line
        else:
            self.latest = None
        if ended := ENDED.search(line):
            self.counted = int(ended["issues"] or 0)

    def late(self):
        """The tests that failed, if they are few and each of their issues is one of time; otherwise none."""
        texts = [text for issues in self.issues.values() for text in issues]
        # By the issue itself; what stands below it are words of others.
        is_late = all(LATE.search(text.partition("\n")[0]) and not RACE.search(text) for text in texts)
        if self.counted == len(texts) and len(self.issues) <= MOST and is_late:
            return sorted(self.issues)
        return []


def run(command):
    turn = Turn()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as child:
        for line in child.stdout:
            print(line, end="", flush=True)
            turn.read(line)
    return child.returncode, turn


def main():
    split = sys.argv.index("--")
    command, choice = sys.argv[1:split], sys.argv[split + 1 :]
    start = time.monotonic()
    code, turn = run(command + choice)
    # A choice that names nothing proves nothing.
    code = code or int(turn.counted is None)
    late = turn.late() if code else []
    if late:
        print(f"turn: once more, alone: {' '.join(late)}", flush=True)
        names = "|".join(map(re.escape, late))
        code, again = run([*command, "--no-parallel", "--filter", f"[./]({names})(/|$)"])
        code = code or int(again.counted is None)
    how = "failed" if code else "passed"
    only = f", {' '.join(late)} only when asked again," if late and not code else ""
    print(f"turn: {how}{only} after {time.monotonic() - start:.0f} s: {' '.join(choice)[:100]}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
