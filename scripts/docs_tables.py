"""What the tables "before, here" of a page promise: calls that are answered, and metrics that there are.

In the column `here` a call is written `GET …/runs`, where `…` stands for `/api/cleanup`; `/cleanup/…` alone is a view
of the page, and `the same` stands for the call of the column before. What was asked for and answered, the service's own
metrics say.
"""

import re

CALL = re.compile(r"`(?:(GET|POST|PUT|DELETE) )?((?:…|/api/cleanup|/cleanup)(?=[/`])[^\s`?]*)[^`]*`")
METRIC = re.compile(r"`(cleanup_\w+)`")
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')


def cells(line: str) -> list[str]:
    return [one.strip() for one in line.strip().strip("|").split(" | ")]


def tables(text: str) -> list[list[list[str]]]:
    """The rows of each table whose last column is "here"."""
    found, rows = [], None
    for line in text.split("\n"):
        if not line.startswith("|"):
            rows = None
        elif rows is None:
            rows = []
            if cells(line)[-1].startswith("here"):
                found.append(rows)
        elif not re.fullmatch(r"[|\- ]+", line):
            rows.append(cells(line))
    return found


def calls_in(cell: str) -> list[str]:
    return [f"{method or 'GET'} {path.replace('…', '/api/cleanup', 1)}" for method, path in CALL.findall(cell)]


def calls_of(row: list[str]) -> set[str]:
    *before, here = row
    found = set(calls_in(here))
    if re.search(r"\bthe same\b", here):
        found |= {one for cell in before for one in calls_in(cell) if one.split()[1].startswith("/api/cleanup")}
    return found


def calls(text: str) -> list[str]:
    """Each call of the column `here`, as `METHOD /path`."""
    return sorted(set().union(*(calls_of(row) for table in tables(text) for row in table)))


def unmapped(words: list[str], text: str) -> list[str]:
    """Words that stand in no column before `here` whose row says what they are here."""
    mapped = [" ".join(row[:-1]) for table in tables(text) for row in table if row[-1] not in ("", "–")]
    return [one for one in words if not any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", cell) for cell in mapped)]


def metrics(text: str) -> list[str]:
    """Each metric of the column `here`."""
    return sorted({name for table in tables(text) for row in table for name in METRIC.findall(row[-1])})


def queries(text: str) -> list[str]:
    """Each PromQL within a sentence: what names a metric, and does something with it."""
    codes = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [one for one in codes if re.search(r"\b(?:cleanup|process)_\w+", one) and re.search(r"[({<>]|==|- ", one)]


def samples(exposition: str) -> list[tuple[str, dict[str, str], float]]:
    return [(name, dict(LABEL.findall(labels)), float(value)) for name, labels, value in SAMPLE.findall(exposition)]


def unanswered(wanted: list[str], exposition: str) -> list[str]:
    """Calls that this service has not answered well, and paths that it did not know."""
    answers = [(one, value) for name, one, value in samples(exposition) if name == "cleanup_http_requests_total" and value]
    good = {f"{one['method']} {one['route']}" for one, _ in answers if one["code"].startswith("2")}
    lost = [f"{one['method']} {one['route']} was answered with 404" for one, _ in answers if one["code"] == "404"]
    return [f"nothing called {one}, or it was not answered well" for one in wanted if one not in good] + lost


def missing(wanted: list[str], exposition: str) -> list[str]:
    """Metrics that this service does not show."""
    there = {re.sub(r"_bucket$", "", name) for name, _, _ in samples(exposition)}
    return [f"there is no {one}" for one in wanted if one not in there]
