"""Where links lead: to dashboards that exist, with variables that they have, and to headings of the runbook."""

import re
from collections.abc import Iterator

RUNBOOK = re.compile(r"/docs/runbook\.md(?:#(?P<heading>[\w-]*))?$")
DASHBOARD = re.compile(r"/d/(?P<uid>[\w-]+)(?:\?(?P<query>.*))?$")


def urls(value) -> Iterator[str]:
    """Every URL of a dashboard, wherever it stands."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "url":
                yield one
            else:
                yield from urls(one)
    elif isinstance(value, list):
        for one in value:
            yield from urls(one)


def headings(markdown: str) -> set[str]:
    """Headings as GitHub names them in links."""
    titles = re.findall(
        r"^#+ +(.+?) *$", re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def findings(dashboard: dict, dashboards: list[dict], runbook: str) -> Iterator[str]:
    variables = {one["uid"]: {v["name"] for v in one["templating"]["list"]} for one in dashboards}
    known = headings(runbook)
    for url in sorted(set(urls(dashboard))):
        if match := DASHBOARD.search(url):
            yield from _of_dashboard(match, variables)
        elif match := RUNBOOK.search(url):
            if match["heading"] and match["heading"] not in known:
                yield f"links: docs/runbook.md has no heading {match['heading']}"
        elif not re.match(r"https?://", url):
            yield f"links: {url} leads nowhere"


def _of_dashboard(match: re.Match, variables: dict[str, set[str]]) -> Iterator[str]:
    uid, query = match["uid"], match["query"] or ""
    if uid not in variables:
        yield f"links: there is no dashboard with the uid {uid}"
        return
    for name in re.findall(r"var-(\w+)=|\$\{(\w+):queryparam\}", query):
        if (name := name[0] or name[1]) not in variables[uid]:
            yield f"links: {uid} has no variable {name}"
    for name in ("datasource", "job", "instance"):
        if f"${{{name}:queryparam}}" not in query:
            yield f"links: {match.group(0)} forgets the choice of {name}"


def of_alerts(rules: str, dashboards: list[dict]) -> Iterator[str]:
    """What rules of alerts call dashboards; and whether each alert is explained beside a panel."""
    known = {one["uid"] for one in dashboards}
    for uid in sorted(set(re.findall(r"/d/([\w-]+)", rules)) - known):
        yield f"links: alerts/rules name a dashboard {uid}, which does not exist"
    linked = {match["heading"] for one in dashboards for url in urls(one["panels"]) if (match := RUNBOOK.search(url))}
    for alert in re.findall(r"^ *- alert: (\w+)", rules, re.MULTILINE):
        if alert != "Watchdog" and alert.lower() not in linked:
            yield f"links: no panel leads to the runbook of {alert}"


def unlinked(dashboards: list[dict]) -> Iterator[str]:
    """Each dashboard leads to each other one."""
    for one in dashboards:
        linked = {match["uid"] for url in urls(one["links"]) if (match := DASHBOARD.search(url))}
        for uid in sorted({other["uid"] for other in dashboards} - {one["uid"]} - linked):
            yield f"links: {one['uid']} has no link to {uid}"
