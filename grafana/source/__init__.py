"""The source of the dashboards: `scripts/check-dashboards.py --write` makes `grafana/dashboards/*.json` of it.

queries    PromQL, and nothing else
settings   addresses, units, colours, legends, thresholds: each in one place
panels     constructors that make every panel look alike
layout     the grid of 24 columns, and the frame of a dashboard
kinds      lines that many panels draw alike
sections   panels that both dashboards have
service, replicas, connections   panels of the overview alone
overview, task   the two dashboards
"""

from . import overview, task


def dashboards() -> dict[str, dict]:
    """Each dashboard by the name of its file."""
    return {"overview.json": overview.dashboard(), "task.json": task.dashboard()}
