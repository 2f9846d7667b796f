#!/usr/bin/env python3
"""Tests of the checks of dashboards and metrics: each mistake is made in a good dashboard, and must be found.

Runs in .build/venv, and needs Debian's prometheus.
"""

import copy
import importlib.util
import inspect
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.dont_write_bytecode = True

from dashboard_mistakes import MISTAKES

SCRIPTS = pathlib.Path(__file__).resolve().parent


def script(name: str):
    """A script as a module, although its name has a dash."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dashboards = script("check-dashboards")
usage = script("check-usage")
querying = script("query-dashboards")

GOOD = dashboards.source.dashboards()
# A runbook that has all headings that links lead to; whether the real one has them, check-dashboards.py says.
RUNBOOK = "\n".join(
    f"## {match['heading']}"
    for one in GOOD.values()
    for url in dashboards.links.urls(one)
    if (match := dashboards.links.RUNBOOK.search(url)) and match["heading"]
)


def found(dashboard: dict) -> list[str]:
    every = [dashboard, GOOD["task.json"]]
    return [
        *dashboards.structure.panel_structure(dashboard),
        *dashboards.links.findings(dashboard, every, RUNBOOK),
        *(finding for rule in dashboards.lint.RULES for finding in _tolerant(rule, dashboard)),
    ]


def _tolerant(rule, dashboard: dict):
    """Findings of a rule; one that cannot read what another one found says nothing."""
    try:
        yield from rule(dashboard)
    except (AttributeError, TypeError):
        return


class DashboardMistakes(unittest.TestCase):
    def test_good_dashboards_have_no_findings(self):
        for name, one in GOOD.items():
            with self.subTest(name):
                self.assertEqual(dashboards.lint.findings(one), [])
                self.assertEqual(list(dashboards.structure.panel_structure(one)), [])
                self.assertEqual(list(dashboards.links.findings(one, list(GOOD.values()), RUNBOOK)), [])
        self.assertEqual(list(dashboards.links.unlinked(list(GOOD.values()))), [])

    def test_each_mistake_is_found(self):
        for name, (make, expected) in MISTAKES.items():
            with self.subTest(name):
                dashboard = copy.deepcopy(GOOD["overview.json"])
                make(dashboard)
                self.assertIn(expected, "\n".join(found(dashboard)))

    def test_each_rule_has_a_mistake(self):
        folder = pathlib.Path(inspect.getfile(dashboards.lint)).parent
        text = "".join(file.read_text() for file in folder.glob("*.py"))
        names = set(re.findall(r'f?"((?:panel|template|target|annotation|dashboard|uneditable)-[a-z-]+):', text))
        names |= {
            "target-" + name.replace("_", "-") for name in re.findall(r"^def target_(\w+)\(tree\)", text, re.MULTILINE)
        }
        self.assertGreater(len(names), 15)
        expected = "\n".join(found_by for _, found_by in MISTAKES.values())
        expected += "target-job-and-instance: "  # Its mistakes are known by their ends.
        for name in sorted(names):
            self.assertIn(name, expected)


class Files(unittest.TestCase):
    def test_a_changed_file_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            for name, one in GOOD.items():
                (path / name).write_text(dashboards.text(one))
            self.assertEqual(dashboards.differences(GOOD, path), [])
            (path / "overview.json").write_text(
                dashboards.text(GOOD["overview.json"]).replace('"24h"', '"1h"', 1) + " "
            )
            (path / "task.json").unlink()
            (path / "other.json").write_text("{}")
            problems = "\n".join(dashboards.differences(GOOD, path))
            for name in ("overview.json is not what", "task.json is not what", "other.json has no source"):
                self.assertIn(name, problems)

    def test_provisioning_without_an_interval_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "datasources").mkdir()
            (path / "datasources/a.yml").write_text("apiVersion: 1\ndatasources: [{name: P}]\n")
            self.assertEqual(len(dashboards.provisioning(path)), 2)

    def test_a_dashboard_of_alerts_must_exist(self):
        rules = "- alert: CleanupOverdue\n  dashboard_url: /d/cleanupd-tusk?var-task=x\n"
        rules += "- alert: CleanupNew\n- alert: Watchdog\n"
        problems = "\n".join(dashboards.links.of_alerts(rules, list(GOOD.values())))
        self.assertIn("cleanupd-tusk", problems)
        self.assertIn("CleanupNew", problems)
        self.assertNotIn("Watchdog", problems)
        self.assertNotIn("CleanupOverdue", problems)

    def test_a_dashboard_without_a_link_is_found(self):
        alone = {**GOOD["task.json"], "links": []}
        self.assertEqual(len(list(dashboards.links.unlinked([GOOD["overview.json"], alone]))), 1)

    def test_headings_are_named_as_in_links(self):
        text = "# Run book\n\n## CleanupOverdue\n\n```sh\n# no heading\n```\n### What's `next`?\n"
        self.assertEqual(dashboards.links.headings(text), {"run-book", "cleanupoverdue", "whats-next"})


class Usage(unittest.TestCase):
    TABLE = "| metric | type | labels | meaning |\n|---|---|---|---|\n" + "".join(
        f"| `{name}` | {kind} | – | Words. |\n"
        for name, kind in [("cleanup_a_total", "counter"), ("cleanup_b_seconds", "histogram"), ("cleanup_c", "gauge")]
    )
    RESOURCES = "cleanup_.+_deleted_total"

    def findings(self, names: set[str], ad_hoc: dict | None = None, words: set[str] = frozenset()) -> list[str]:
        known = usage.catalogue(self.TABLE)
        return usage.findings(known, {"x": names | {self.RESOURCES}}, {"y.md": words}, ad_hoc or {})

    def test_all_used_is_good(self):
        self.assertEqual(self.findings({"cleanup_a_total", "cleanup_b_seconds_bucket", "cleanup_c", "up"}), [])
        self.assertEqual(self.findings({"cleanup_a_total", "cleanup_c"}, {"cleanup_b_seconds": "Rarely asked."}), [])

    def test_an_unknown_metric_is_found(self):
        names = {"cleanup_a_total", "cleanup_b_seconds_sum", "cleanup_c", "cleanup_c_count"}
        self.assertEqual(self.findings(names), ["x: cleanup_c_count is not in the catalogue"])
        words = {"cleanup_d_total"}
        self.assertEqual(
            self.findings(names - {"cleanup_c_count"}, words=words), ["y.md: cleanup_d_total is not in the catalogue"]
        )

    def test_an_unused_metric_is_found(self):
        problems = self.findings({"cleanup_a_total", "cleanup_c"})
        self.assertEqual(len(problems), 1)
        self.assertIn("cleanup_b_seconds is in the catalogue, but", problems[0])

    def test_a_stale_or_silent_ad_hoc_mark_is_found(self):
        names = {"cleanup_a_total", "cleanup_c"}
        ad_hoc = {"cleanup_a_total": "Used.", "cleanup_b_seconds": " ", "cleanup_z": "Gone."}
        problems = "\n".join(self.findings(names, ad_hoc))
        for expected in ("cleanup_a_total is used by", "cleanup_b_seconds has no reason", "cleanup_z is not in"):
            self.assertIn(expected, problems)

    def test_unshown_resources_are_found(self):
        known = {"cleanup_items_deleted_total": "counter"}
        uses = {"x": {"cleanup_items_deleted_total"}}
        self.assertEqual(usage.findings(known, uses, {}, {}), ["no panel shows the counters of resources"])

    def test_names_come_from_rules_variables_and_code(self):
        rules = {"groups": [{"rules": [{"alert": "A", "expr": "rate(cleanup_a_total[5m]) > on (task) cleanup_c"}]}]}
        self.assertEqual(usage.of_rules(rules), {"alert A": {"cleanup_a_total", "cleanup_c"}})
        places = usage.of_dashboard(GOOD["overview.json"])
        self.assertEqual(places["cleanupd-overview: variable task"], {"cleanup_task_enabled"})
        text = "cleanup_not_code_total `cleanup_a_total`\n```\ncleanup_b_seconds[5m] cleanup_word\n```"
        self.assertEqual(usage.of_words(text), {"cleanup_a_total", "cleanup_b_seconds"})


class Querying(unittest.TestCase):
    def test_variables_are_replaced_and_unknown_ones_refused(self):
        values = {"job": ".+", "__range": "60s"}
        self.assertEqual(querying.expanded('a{job=~"$job"}[${__range}] "$1"', values), 'a{job=~".+"}[60s] "$1"')
        with self.assertRaises(KeyError):
            querying.expanded("a[$__rate_interval]", values)

    def test_a_prometheus_without_the_program_has_no_data(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
            pathlib.Path(folder, "prometheus.yml").write_text("{}\n")
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
            free.close()
            server = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder}/prometheus.yml",
                    f"--storage.tsdb.path={folder}/data",
                    f"--web.listen-address={address}",
                    "--log.level=error",
                ]
            )
            try:
                self.wait_until_ready(f"http://{address}/-/ready", server)
                result = subprocess.run(
                    [sys.executable, SCRIPTS / "query-dashboards.py", f"http://{address}"],
                    check=False,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            finally:
                server.terminate()
                server.wait()
        self.assertEqual(result.returncode, 1)
        for one in GOOD.values():
            for shown in dashboards.lint.walk.panels(one):
                self.assertIn(f"{one['uid']}: {shown['title']} (A) has no data", result.stdout)

    def wait_until_ready(self, url: str, server: subprocess.Popen) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                self.assertIsNone(server.poll(), "prometheus ended")
                self.assertLess(time.monotonic(), end, "prometheus is not ready after 30 s")
                time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
