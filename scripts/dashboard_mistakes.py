"""Mistakes for `test-checks.py`: what is done to the good overview, and what a check must say then."""


def panel(dashboard: dict, title: str) -> dict:
    return next(one for one in dashboard["panels"] if one["title"] == title)


def variable(dashboard: dict, name: str) -> dict:
    return next(one for one in dashboard["templating"]["list"] if one["name"] == name)


def expression(title: str, old: str, new: str):
    """The mistake of another query."""

    def make(dashboard: dict) -> None:
        target = panel(dashboard, title)["targets"][0]
        assert old in target["expr"], f"{old} is not in {target['expr']}"
        target["expr"] = target["expr"].replace(old, new)

    return make


def value(title: str, *path_and_value):
    """The mistake of another value in a panel."""
    *path, last, new = path_and_value

    def make(dashboard: dict) -> None:
        place = panel(dashboard, title)
        for key in path:
            place = place[key]
        assert place[last] != new
        place[last] = new

    return make


def setting(name: str, key: str, new):
    return lambda dashboard: variable(dashboard, name).update({key: new})


FREED, DELETED, OVERDUE = "Freed, by task", "Deleted, by task", "How far the oldest item is past its retention"
ELSEWHERE = {"type": "prometheus", "uid": "prometheus-1"}
INSTANCE = ', instance=~"$instance"'

# What is done to the overview, and what must be found.
MISTAKES = {
    "no data source variable": (lambda d: d["templating"]["list"].pop(0), "template-datasource: there are 0"),
    "data source by another name": (setting("datasource", "name", "ds"), "template-datasource: it is not called"),
    "no job variable": (
        lambda d: d["templating"]["list"].remove(variable(d, "job")),
        "template-job: the variable is missing",
    ),
    "one instance only": (setting("instance", "multi", False), "template-instance: multi is False"),
    "all instances by nothing": (setting("instance", "allValue", ".*"), "template-instance: allValue is '.*'"),
    "job without a label": (setting("job", "label", "job"), "template-job: label is 'job'"),
    "variable of a fixed data source": (setting("task", "datasource", ELSEWHERE), "template-task: does not use"),
    "annotation of a fixed data source": (
        lambda d: d["annotations"]["list"][0].update(datasource=ELSEWHERE),
        "annotation-datasource: 'Runs'",
    ),
    "variable that is no query": (
        setting("task", "query", {"query": "tasks"}),
        "template-label-promql: task: tasks is not label_values",
    ),
    "variable of broken PromQL": (
        setting("task", "query", {"query": "label_values(x{, task)"}),
        "template-label-promql: task: ",
    ),
    "variable of another label": (
        setting("task", "query", {"query": "label_values(x, job)"}),
        "template-label-promql: task lists values of the label job",
    ),
    "variable that is read once": (setting("job", "refresh", 1), "template-on-time-change-reload: job: refresh is 1"),
    "editable": (lambda d: d.update(editable=True), "uneditable-dashboard"),
    "no uid": (lambda d: d.update(uid=""), "dashboard-identity: uid"),
    "panel of a fixed data source": (value(FREED, "datasource", ELSEWHERE), "panel-datasource: 'Freed, by task'"),
    "mixed data sources": (
        value(FREED, "targets", 0, "datasource", {"type": "datasource", "uid": "-- Mixed --"}),
        "panel-datasource: 'Freed",
    ),
    "no title": (value(FREED, "title", ""), "panel-title-description: panel "),
    "no description": (value(FREED, "description", ""), "panel-title-description: 'Freed, by task'"),
    "a title twice": (value(FREED, "title", DELETED), "panel-title-unique: 'Deleted, by task'"),
    "no query": (value(FREED, "targets", []), "panel-no-targets: 'Freed, by task' has no query"),
    "a reference twice": (value(DELETED, "targets", 1, "refId", "A"), "panel-no-targets: 'Deleted, by task' has two"),
    "no unit": (value(FREED, "fieldConfig", "defaults", "unit", None), "panel-units: 'Freed, by task' shows"),
    "a unit that does not exist": (value(FREED, "fieldConfig", "defaults", "unit", "seconds"), "panel-units: 'Freed"),
    "seconds for bytes": (
        value(FREED, "fieldConfig", "defaults", "unit", "s"),
        "panel-units: 'Freed, by task': s does not fit",
    ),
    "numbers for bytes": (
        value(FREED, "fieldConfig", "defaults", "unit", "short"),
        "panel-units: 'Freed, by task': short",
    ),
    "a column in another unit": (
        value("Tasks", "fieldConfig", "overrides", 3, "properties", 0, "value", "binBps"),
        "panel-units: 'Tasks': binBps",
    ),
    "a link from a column that is not shown": (
        value("Instances", "transformations", 2, "options", "renameByName", "instance", "Host"),
        "panel-data-links: 'Instances' has no column Instance",
    ),
    "a link from a label that is summed away": (
        expression(FREED, "by (task)", "by (cycle)"),
        "panel-data-links: 'Freed, by task' has no label task",
    ),
    "broken PromQL": (expression(FREED, "rate(", "rate(("), "target-promql: 'Freed, by task' A"),
    "a variable outside of quotes": (
        expression(FREED, "$__rate_interval", "$length"),
        "target-promql: 'Freed, by task' A",
    ),
    "no matcher of instances": (expression(FREED, INSTANCE, ""), 'has no matcher instance=~"$instance"'),
    "no matcher of jobs": (expression(FREED, 'job=~"$job", ', ""), 'has no matcher job=~"$job"'),
    "a matcher for equal": (expression(FREED, 'job=~"$job"', 'job="$job"'), 'has no matcher job=~"$job"'),
    "one of several selectors without": (
        expression("Tasks late", f'cleanup_task_dry_run{{job=~"$job"{INSTANCE}', 'cleanup_task_dry_run{job=~"$job"'),
        "target-job-and-instance: 'Tasks late' A: cleanup_task_dry_run",
    ),
    "annotation without a matcher": (
        lambda d: d["annotations"]["list"][0].update(
            expr="1000 * max by (task) (cleanup_task_last_completion_timestamp_seconds)"
        ),
        "target-job-and-instance: annotation 'Runs'",
    ),
    "rate of five minutes": (expression(FREED, "$__rate_interval", "5m"), "target-rate-interval: 'Freed, by task' A"),
    "increase of five minutes": (
        expression("Freed", "$__range", "5m"),
        "target-rate-interval: 'Freed' A: increase is neither",
    ),
    "increase with gaps": (
        expression("Freed", "$__range", "$__interval"),
        "target-rate-interval: 'Freed' A: increase over $__int",
    ),
    "a bare counter": (
        lambda d: panel(d, FREED)["targets"][0].update(
            expr='sum by (task) (cleanup_freed_bytes_total{job=~"$job", instance=~"$instance"})'
        ),
        "target-counter-agg: 'Freed, by task' A: the counter cleanup_freed_bytes_total",
    ),
    "a counter under another function": (
        expression(FREED, "rate(", "delta("),
        "target-counter-agg: 'Freed, by task' A",
    ),
    "bare buckets": (
        lambda d: panel(d, "Duration of runs")["targets"][0].update(
            expr='sum by (le) (cleanup_task_duration_seconds_bucket{job=~"$job", instance=~"$instance"})'
        ),
        "target-counter-agg: 'Duration of runs' A",
    ),
    "rate of a sum": (
        lambda d: panel(d, FREED)["targets"][0].update(
            expr='rate(sum(cleanup_freed_bytes_total{job=~"$job", instance=~"$instance"})[$__rate_interval:])'
        ),
        "target-rate-before-sum: 'Freed, by task' A",
    ),
    "rate of a gauge": (
        expression(FREED, "cleanup_freed_bytes_total", "cleanup_overdue_items"),
        "target-only-counters-rated: 'Freed, by task' A: cleanup_overdue_items",
    ),
    "replicas summed": (expression(OVERDUE, "max by", "sum by"), "target-shared-gauge: 'How far"),
    "replicas side by side": (expression(OVERDUE, "max by (task) ", ""), "target-shared-gauge: 'How far"),
    "a bucket by its bound": (
        expression("Duration of runs", 'job=~"$job"', 'le="1", job=~"$job"'),
        "target-no-bucket-bound: 'Duration of runs' A",
    ),
    "one panel on another": (
        value(FREED, "gridPos", "x", 6),
        "panel-place: 'Freed, by task' lies on 'Deleted, by task'",
    ),
    "a hole": (value(FREED, "gridPos", "w", 6), "has a hole of 6 columns"),
    "beyond the last column": (value(FREED, "gridPos", "w", 14), "panel-place: 'Freed, by task' is wider"),
    "too flat": (value(FREED, "gridPos", "h", 2), "panel-size: 'Freed, by task' of 12 x 2"),
    "an id twice": (value(FREED, "id", 1), "panel-ids: 1 is the id"),
    "a type of another kind": (value(FREED, "title", 7), "structure: panel 7: title"),
    "a word that Grafana does not know": (
        value(FREED, "fieldConfig", "defaults", "custom", "drawStyle", "curve"),
        "drawStyle",
    ),
    "a field that does not exist": (
        lambda d: panel(d, FREED).update(discription="x"),
        "discription: Unexpected keyword",
    ),
    "an option that heat maps lack": (
        lambda d: panel(d, "Duration of runs")["options"].update(colour={}),
        "options.colour does not exist",
    ),
    "a panel of another plugin": (value(FREED, "type", "piechart"), "panels of the type 'piechart'"),
    "a wrong tooltip": (lambda d: d.update(graphTooltip=9), "structure: dashboard: graphTooltip"),
    "a dashboard that does not exist": (
        lambda d: d["links"][0].update(url=d["links"][0]["url"].replace("cleanupd-task", "cleanupd-tasks")),
        "there is no dashboard with the uid cleanupd-tasks",
    ),
    "a variable that the other one lacks": (
        lambda d: d["links"][0].update(url=d["links"][0]["url"] + "&var-queue=x"),
        "cleanupd-task has no variable queue",
    ),
    "a link that forgets the choice": (
        lambda d: d["links"][0].update(url="/d/cleanupd-task"),
        "forgets the choice of instance",
    ),
    "a heading that the runbook lacks": (
        lambda d: panel(d, FREED)["links"].append({"url": "https://x/docs/runbook.md#cleanupnothing"}),
        "docs/runbook.md has no heading cleanupnothing",
    ),
    "a link to nowhere": (
        lambda d: panel(d, FREED)["links"].append({"url": "runbook"}),
        "links: runbook leads nowhere",
    ),
}
