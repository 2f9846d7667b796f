#!/usr/bin/env python3
"""Tests of promise.py: which target a row has, and what a page may promise."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import promise

PART, ROW, PEER = "footprint", "start to the first good answer", "prometheus-node-exporter"
MARK = f"<!-- promise: {PART} | {ROW} -->"


def result(figure, most=100, met=None):
    row = {"row": ROW, "peer": PEER, "unit": "ms", "ours": figure, "target": {"of": "ours", "most": most, "least": None}}
    return {PART: [row | {"met": figure <= most if met is None else met}]}


class PromiseTests(unittest.TestCase):
    def test_numbers_of_a_row_do_not_matter(self):
        for what in ["200,000 files, none due", "2,000 files, none due"]:
            self.assertEqual(promise.target("plan", what, "find"), {"of": "ratio", "most": 0.7, "least": None})
        self.assertIsNone(promise.target("plan", "200,000 files, none due", "rg"))

    def test_numbers_within_words_matter(self):
        name = "PING by this client, p99"
        self.assertEqual(promise.target("locks", name, ""), {"of": "ours", "most": 20, "least": None})
        self.assertIsNone(promise.target("locks", "PING by this client, p98", ""))

    def test_a_target_may_grow_with_the_row(self):
        what = "500,000 of 1,000,000 rows, 20 of 40 partitions"
        self.assertEqual(promise.target("rows", what, "pg_partman")["most"], 11)

    def test_a_note_tells_rows_of_one_name_apart(self):
        of = [promise.target("telemetry", "histogram observe", "client_golang", note)["most"]
              for note in ("both with native buckets", "native here only")]
        self.assertEqual(of, [1, 2])

    def test_rates_have_a_least(self):
        row = {"ratio": 0.2, "target": promise.target("queue", "enqueue, one at a time", "XADD, one at a time")}
        self.assertFalse(promise.reached(row))
        self.assertTrue(promise.reached(row | {"ratio": 0.4}))

    def test_no_two_targets_are_of_the_same_row(self):
        names = [(one.part, promise.general(one.row), promise.general(one.peer), one.note) for one in promise.targets()]
        self.assertEqual(len(names), len(set(names)))
        self.assertRaises(SystemExit, promise.targets, "plan | N files | find | 0.7")

    def test_results_of_another_target_are_found(self):
        self.assertIn("another target", next(promise.problems(result(90, most=200))))
        self.assertIn("said to be missed", next(promise.problems(result(90, met=False))))

    def test_a_page_promises_only_what_was_measured_and_reached(self):
        text = f"ready within 100 ms {MARK}"
        self.assertEqual(list(promise.of_page(text, result(90))), [])
        for results, words in [({}, "not measured"), (result(110), "was missed")]:
            self.assertIn(words, " ".join(promise.of_page(text, results)))

    def test_a_page_promises_the_figure_of_the_target(self):
        for text, words in [(f"ready within 50 ms {MARK}", "promises 50 ms"), (f"ready soon {MARK}", "no figure"),
                            ("100 ms <!-- promise: footprint | other -->", "does not name")]:
            self.assertIn(words, " ".join(promise.of_page(text, result(90))))

    def test_a_figure_may_stand_at_the_end_of_the_line_before(self):
        self.assertEqual(list(promise.of_page(f"ready within 100 ms\n{MARK} of its start", result(90))), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
