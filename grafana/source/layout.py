"""The grid, and the frame of a dashboard: variables, annotations, links."""

from . import settings
from .panels import DATASOURCE
from .queries import Tasks

COLUMNS = 24


def placed(rows: list[tuple[str, list[dict]]]) -> list[dict]:
    """Panels of titled rows, from left to right and line by line, with their ids and places."""
    result = []
    y = 0
    for title, panels in rows:
        result.append(
            _at(
                {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1}},
                0,
                y,
                len(result) + 1,
            )
        )
        x, y, height = 0, y + 1, 0
        for panel in panels:
            width = panel["gridPos"]["w"]
            if x + width > COLUMNS:
                x, y, height = 0, y + height, 0
            result.append(_at(panel, x, y, len(result) + 1))
            x, height = x + width, max(height, panel["gridPos"]["h"])
        y += height
    return result


def _at(panel: dict, x: int, y: int, number: int) -> dict:
    return {**panel, "id": number, "gridPos": {**panel["gridPos"], "x": x, "y": y}}


def across(*panels: dict, h: int | None = None) -> list[dict]:
    """One line of panels of the same width, and of the height `h` or each its own."""
    own = {"h": h} if h else {}
    return [{**panel, "gridPos": {**panel["gridPos"], "w": COLUMNS // len(panels), **own}} for panel in panels]


def frame(
    *,
    uid: str,
    title: str,
    description: str,
    since: str,
    variables: list[dict],
    marks: list[dict],
    other: dict,
    rows: list[tuple[str, list[dict]]],
) -> dict:
    """A dashboard."""
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["cleanupd"],
        "editable": False,
        "graphTooltip": 1,
        "schemaVersion": 39,
        "version": 1,
        "timezone": "browser",
        "refresh": "1m",
        "time": {"from": since, "to": "now"},
        "templating": {"list": variables},
        "annotations": {"list": marks},
        "links": [
            {
                **other,
                "type": "link",
                "icon": "dashboard",
                "includeVars": False,
                "keepTime": True,
                "targetBlank": False,
            },
            {**settings.link("Runbook", settings.RUNBOOK), "icon": "doc"},
            {**settings.link("cleanupd", settings.REPOSITORY), "icon": "info"},
        ],
        "panels": placed(rows),
    }


def datasource_variable() -> dict:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "current": {},
    }


def variable(name: str, label: str, query: str, *, multi: bool = True) -> dict:
    """A choice among the values of a label; `multi`: of several, all at first."""
    result = {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "definition": query,
        "query": {"query": query, "refId": f"variable-{name}"},
        "regex": "",
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "includeAll": multi,
        "multi": multi,
        "options": [],
        "current": {},
    }
    if multi:
        result |= {"allValue": ".+", "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}
    return result


def target_variables() -> list[dict]:
    return [
        datasource_variable(),
        variable("job", "Job", "label_values(cleanup_build_info, job)"),
        variable("instance", "Instance", 'label_values(cleanup_build_info{job=~"$job"}, instance)'),
    ]


TASK_VALUES = 'label_values(cleanup_task_enabled{job=~"$job", instance=~"$instance"}, task)'


def annotations(tasks: Tasks, every: bool) -> list[dict]:
    """Ends of runs; those of success only on demand, unless `every`: a day of many tasks would hide the graphs.

    The values of the series are the moments, so that equal ones are drawn once.
    """
    return [
        _annotation("Runs", tasks.completions, settings.CALM, "{{task}} ran", every),
        _annotation("Runs without success", tasks.failed_completions, settings.BAD, "{{task}} did not succeed", True),
    ]


def _annotation(name: str, expr: str, color: str, text: str, enabled: bool) -> dict:
    return {
        "name": name,
        "datasource": DATASOURCE,
        "enable": enabled,
        "hide": False,
        "iconColor": color,
        "expr": expr,
        "step": "60s",
        "titleFormat": text,
        "textFormat": "",
        "tagKeys": "task",
        "useValueForTime": True,
    }
