#!/usr/bin/env python3
"""Tests of sabotage.py, in a small repository whose `swift` and lints are stand-ins: who counts as having noticed a mistake."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent / "sabotage.py"
# Sources/code says what each test and lint answers: `First fails`, `First dies`, `First dies-once`, `lint fails`.
SWIFT = """#!/bin/bash
echo "$*" >> "$ASKED"
[ "$1" = test ] || exit 0
name=$(sed 's/.*--filter Some.//' <<< "$*")
answer=$(sed -n "s/^$name //p" Sources/code)
case $answer in
fails) printf '✘ Test %s() failed after 0.1 seconds with 1 issue.\\n' "${name,}"; exit 1 ;;
dies) exit 1 ;;
fails-by-turns) echo >> .build/turns; printf '✘ Test t%s() failed after 0.1 seconds with 1 issue.\\n' "$(wc -l < .build/turns)"; exit 1 ;;
dies-once) [ -e .build/died ] || { touch .build/died; exit 1; } ;;
esac
echo "✔ Test run with 1 test in 1 suite passed after 0.1 seconds."
"""
LINT = "#!/bin/sh\n! grep -q '^lint fails' Sources/code\n"
PATCH = """Bug: What was {old} {new}.
Breaks: I1
Tests: Some.{test}

diff --git a/Sources/code b/Sources/code
--- a/Sources/code
+++ b/Sources/code
@@ -1,4 +1,4 @@
{lines}
"""


class SabotageTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name, "root")
        for name in ["Sources", "Tests/Sabotage", "Tests/Some", "scripts", "docs", "bin"]:
            (self.root / name).mkdir(parents=True)
        shutil.copy(SCRIPT, self.root / "scripts")
        for name, text in {"bin/swift": SWIFT, "scripts/check-banned.sh": LINT, "scripts/check-arrows.py": "#!/bin/sh\n"}.items():
            (self.root / name).write_text(text)
            (self.root / name).chmod(0o755)
        (self.root / "Tests/Some/Some.swift").write_text("struct First {}\nstruct Other {}\n")
        (self.root / ".gitignore").write_text(".build*\n")

    def code(self, *lines):
        """The code as it is without any mistake, four lines of it."""
        self.lines = [*lines, *["-"] * (4 - len(lines))]
        (self.root / "Sources/code").write_text("".join(f"{line}\n" for line in self.lines))

    def mistake(self, number, old, new, test="First"):
        changed = [part for line in self.lines for part in ([f"-{old}", f"+{new}"] if line == old else [f" {line}"])]
        text = PATCH.format(old=old, new=new, test=test, lines="\n".join(changed))
        (self.root / f"Tests/Sabotage/{number}-mistake.patch").write_text(text)

    def sabotage(self, **environment):
        """Gives the exit code, what was said, and the table's rows; `asked` are the commands that swift was given."""
        def git(*words):
            identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
            return subprocess.run(["git", "-C", self.root, *identity, *words], check=True, capture_output=True, text=True).stdout
        if not (self.root / ".git").exists():
            git("init", "--quiet")
            git("add", "--all")
            git("commit", "--quiet", "--message", "All")
        self.commit = git("rev-parse", "HEAD")[:8]
        asked = self.root / ".build-asked"
        asked.write_text("")
        inherited = {name: value for name, value in os.environ.items() if name not in ("ONLY", "ALL", "COPY")}
        swift = {"SWIFT": str(self.root / "bin/swift"), "ASKED": str(asked)}
        command = [sys.executable, self.root / "scripts/sabotage.py"]
        done = subprocess.run(command, capture_output=True, text=True, env=inherited | swift | environment)
        self.asked = asked.read_text().splitlines()
        table = self.root / "docs/sabotage.md"
        rows = [line for line in table.read_text().splitlines() if line[2:4].isdigit()] if table.exists() else []
        return done.returncode, done.stdout + done.stderr, rows

    def test_what_fails_by_the_mistake_notices_it_and_the_row_says_when(self):
        self.code("First passes")
        self.mistake("01", "First passes", "First fails")
        code, said, rows = self.sabotage()
        self.assertEqual(code, 0, said)
        self.assertRegex(rows[0], rf"\| `first` \| \d+ \| \d+ \| `{self.commit}` \|$")
        self.assertRegex(said, r"1 of 1 mistakes were noticed, in \d+ s")

    def test_a_test_that_fails_without_the_mistake_counts_for_nothing(self):
        self.code("First fails", "here")
        self.mistake("01", "here", "there")
        code, said, rows = self.sabotage()
        self.assertEqual(code, 1)
        self.assertIn("**SURVIVED: nobody noticed it**", rows[0])
        self.assertIn("These fail without any mistake, and count for nothing: first (of Some.First)", said)

    def test_a_lint_that_fails_without_the_mistake_counts_for_nothing(self):
        self.code("lint fails", "here")
        self.mistake("01", "here", "there")
        code, said, rows = self.sabotage()
        self.assertEqual((code, "SURVIVED" in rows[0]), (1, True), said)
        self.assertIn("count for nothing: scripts/check-banned.sh", said)

    def test_a_lint_notices(self):
        self.code("lint passes")
        self.mistake("01", "lint passes", "lint fails")
        code, said, rows = self.sabotage()
        self.assertEqual(code, 0, said)
        self.assertIn("| `check-banned.sh` |", rows[0])

    def test_a_program_that_dies_twice_notices_and_one_that_dies_once_does_not(self):
        self.code("First passes", "Other passes")
        self.mistake("01", "First passes", "First dies")
        self.mistake("02", "Other passes", "Other dies-once", "Other")
        code, said, rows = self.sabotage()
        self.assertEqual(code, 1)
        self.assertIn("| the test process died |", rows[0])
        self.assertIn("SURVIVED", rows[1])

    def test_tests_that_die_without_the_mistake_tell_nothing(self):
        self.code("First dies", "here")
        self.mistake("01", "here", "there")
        _, _, rows = self.sabotage()
        self.assertIn("**its tests do not end without it: the test process died**", rows[0])

    def test_several_can_be_chosen_and_the_other_rows_stay(self):
        self.code("First passes", "here", "Other passes")
        self.mistake("01", "First passes", "First fails")
        self.mistake("02", "here", "there")
        self.mistake("03", "Other passes", "Other fails", "Other")
        self.assertEqual(self.sabotage(ONLY="01 03")[0], 0)
        self.assertEqual([row[2:4] for row in self.sabotage(ONLY="03")[2]], ["01", "03"])
        self.assertIn("There is no mistake 07", self.sabotage(ONLY="01 07")[1])

    def test_who_passed_without_a_mistake_is_not_asked_again_while_the_code_is_the_same(self):
        self.code("First passes", "here")
        self.mistake("01", "First passes", "First fails")
        self.sabotage()
        # Once without the mistake, and twice with it.
        self.assertEqual(len([line for line in self.asked if line.startswith("test")]), 3)
        self.sabotage()
        self.assertEqual(len([line for line in self.asked if line.startswith("test")]), 2)

    def test_who_fails_once_and_then_another_one_has_noticed_nothing(self):
        self.code("First passes")
        self.mistake("01", "First passes", "First fails-by-turns")
        code, _, rows = self.sabotage()
        self.assertEqual(code, 1)
        self.assertIn("SURVIVED", rows[0])


if __name__ == "__main__":
    unittest.main(verbosity=1)
