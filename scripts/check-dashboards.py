#!/usr/bin/env python3
"""Checks the Grafana dashboards, or writes them from their source (--write).

Structure by grafana-schema, PromQL by promql-parser, our own form of the rules of Grafana's dashboard-linter, places,
links to each other and to the runbook, provisioning, and that the JSON is what grafana/source makes. Runs in
.build/venv.
"""

import difflib
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
GRAFANA = ROOT / "grafana"
sys.dont_write_bytecode = True
sys.path.insert(0, str(GRAFANA))

import lint
import source
from lint import links, structure


def text(dashboard: dict) -> str:
    return json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"


def differences(made: dict[str, dict], folder: pathlib.Path) -> list[str]:
    """Where the files are not what the source makes."""
    problems = []
    present = {file.name: file.read_text() for file in folder.glob("*.json")}
    for name in sorted(made.keys() | present.keys()):
        if name not in made:
            problems.append(f"generated: {name} has no source")
        elif text(made[name]) != present.get(name):
            lines = present.get(name, "").splitlines(), text(made[name]).splitlines()
            first = next(
                (
                    line
                    for line in difflib.unified_diff(*lines, lineterm="", n=0)
                    if line[0] in "+-" and line[:3] not in ("+++", "---")
                ),
                "the last line",
            )
            problems.append(
                f"generated: {name} is not what grafana/source makes ({first.strip()}); "
                "run scripts/check-dashboards.py --write"
            )
    return problems


def provisioning(folder: pathlib.Path) -> list[str]:
    """Whether the files can be read, and say what the dashboards assume."""
    problems = []
    for kind in ("datasources", "dashboards"):
        files = sorted((folder / kind).glob("*.yml"))
        if not files:
            problems.append(f"provisioning: there is no file in {kind}")
        for file in files:
            content = yaml.safe_load(file.read_text())
            entries = content.get("datasources" if kind == "datasources" else "providers") or []
            if content.get("apiVersion") != 1 or not entries:
                problems.append(f"provisioning: {file.name} needs apiVersion: 1 and entries")
            for entry in entries:
                if kind == "datasources" and not entry.get("jsonData", {}).get("timeInterval"):
                    problems.append(
                        f"provisioning: {entry.get('name')} says no timeInterval; $__rate_interval needs it"
                    )
                if kind == "dashboards" and entry.get("allowUiUpdates") is not False:
                    problems.append(f"provisioning: {entry.get('name')} lets the page change what stands in files")
    return problems


def problems_of(dashboards: dict[str, dict]) -> list[str]:
    every = list(dashboards.values())
    runbook = ROOT / "docs/runbook.md"
    if not runbook.exists():
        return ["links: docs/runbook.md is missing"]
    rules = "".join(file.read_text() for file in sorted((ROOT / "alerts/rules").glob("*.yml")))
    headings = runbook.read_text()
    found = []
    for name, one in dashboards.items():
        found += [
            f"{name}: {finding}"
            for finding in [*structure.panel_structure(one), *lint.findings(one), *links.findings(one, every, headings)]
        ]
    return found + [*links.unlinked(every), *links.of_alerts(rules, every)]


def main() -> int:
    made = source.dashboards()
    folder = GRAFANA / "dashboards"
    if sys.argv[1:] == ["--write"]:
        for name, one in made.items():
            (folder / name).write_text(text(one))
        return 0
    present = {file.name: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}
    problems = differences(made, folder) + problems_of(present) + provisioning(GRAFANA / "provisioning")
    panels = sum(len(lint.walk.panels(one)) for one in present.values())
    print("\n".join(problems) or f"check-dashboards: {len(present)} dashboards, {panels} panels, as they should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
