"""Checks of dashboards: the rules of Grafana's dashboard-linter, and some of our own.

A rule is a function from a dashboard (the JSON as Python values) to sentences, one for each finding. `RULES` holds all
that need nothing but the dashboard; links, structure and equality with the source need more, see
`scripts/check-dashboards.py`.
"""

from . import frame, layout, panels, targets, walk

__all__ = ["findings", "walk"]

RULES = [*frame.RULES, *panels.RULES, *targets.RULES, *layout.RULES]


def findings(dashboard: dict) -> list[str]:
    return [finding for rule in RULES for finding in rule(dashboard)]
