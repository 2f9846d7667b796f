#!/usr/bin/env python3
"""Tests of turn.py: what is asked again, and what has failed."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TURN = pathlib.Path(__file__).resolve().parent / "turn.py"
LATE = "✘ Test slow(_:) recorded an issue at A.swift:5:1: Expectation failed: (ContinuousClock.now - start → 16.0 seconds) < (.seconds(15) → 15.0 seconds)\n"
WRONG = "✘ Test wrong() recorded an issue at A.swift:9:1: Expectation failed: (deleted → 4) == 3\n↳ it took 5 seconds\n"


def ended(issues):
    return f"✘ Test run with 9 tests in 2 suites failed after 9.050 seconds with {issues} issue{'s' * (issues != 1)}.\n"


PASSED = "✔ Test run with 1 test in 1 suite passed after 0.1 seconds.\n"


class TurnTests(unittest.TestCase):
    def turn(self, *answers):
        """Runs a turn whose tests say that at their first, second, … time, and fail if they count issues.
        Returns its exit code, what it said, and what it asked each time."""
        with tempfile.TemporaryDirectory() as folder:
            for number, answer in enumerate(answers):
                pathlib.Path(folder, f"{number}.out").write_text(answer)
            script = 'cd "$0"; n=$(ls | grep -c asked); echo "$@" > "$n.asked"; cat "$n.out"; ! grep -q "failed after\\|Fatal" "$n.out"'
            command = [sys.executable, TURN, "bash", "-c", script, folder, "--", "--filter", "Some"]
            result = subprocess.run(command, capture_output=True, text=True)
            asked = [path.read_text().strip() for path in sorted(pathlib.Path(folder).glob("*.asked"))]
            return result.returncode, result.stdout, asked

    def test_what_passes_is_asked_once(self):
        code, said, asked = self.turn(PASSED)
        self.assertEqual((code, asked), (0, ["--filter Some"]))
        self.assertIn("turn: passed after", said)

    def test_what_was_only_late_is_asked_again_alone_and_said(self):
        code, said, asked = self.turn(LATE + ended(1), PASSED)
        self.assertEqual((code, asked), (0, ["--filter Some", r"--no-parallel --filter [./](slow\(_:\))(/|$)"]))
        self.assertIn("turn: passed, slow(_:) only when asked again, after", said)

    def test_what_is_late_again_has_failed(self):
        code, said, _ = self.turn(LATE + ended(1), LATE + ended(1))
        self.assertEqual(code, 1)
        self.assertIn("turn: failed after", said)

    def test_an_answer_that_finds_no_test_is_none(self):
        self.assertEqual(self.turn(LATE + ended(1), "✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.\n")[0], 1)

    def test_what_is_wrong_has_failed_even_beside_what_is_late(self):
        for first in [WRONG + ended(1), LATE + WRONG + ended(2)]:
            code, _, asked = self.turn(first)
            self.assertEqual((code, len(asked)), (1, 1))

    def test_a_turn_that_finds_no_test_has_failed(self):
        code, said, asked = self.turn("✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.\n")
        self.assertEqual((code, len(asked)), (1, 1))
        self.assertIn("turn: failed after", said)

    def test_a_race_is_never_only_late(self):
        code, _, asked = self.turn(LATE.replace("16.0 seconds", "16.0 seconds, ended with 66") + ended(1))
        self.assertEqual((code, len(asked)), (1, 1))

    def test_an_issue_that_was_not_read_or_a_turn_that_did_not_end_has_failed(self):
        for first in [LATE + ended(2), LATE + "Fatal error\n"]:
            code, _, asked = self.turn(first)
            self.assertEqual((code, len(asked)), (1, 1))

    def test_many_late_ones_have_failed(self):
        first = "".join(LATE.replace("slow", f"slow{number}") for number in range(6)) + ended(6)
        self.assertEqual(self.turn(first)[0], 1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
