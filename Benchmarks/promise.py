"""What is promised of the figures of the bench: targets.txt, which parts ask when they measure, and pages when they promise.

A page promises a figure by a comment behind it, which names a line of targets.txt by part and row; the figure must be the
target's, and a recorded result must reach it:  … in less than 100 ms <!-- promise: footprint | start to the first good answer -->
"""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGES = ["README.md", "CONTRIBUTING.md", "deploy/README.md", "docs/*.md"]
TARGET = re.compile(r"(?P<ratio>ratio )?(?P<sign>[≤≥]) (?P<base>[\d.]+)(?: \+ n/(?P<per>\d+))?(?: (?P<unit>\S+))?")
MARK = re.compile(r"(?P<before>[^\n]*\n?[^\n]*?)<!-- promise: (?P<part>[\w-]+) \| (?P<row>.+?) -->")
FIGURE = re.compile(r"([\d.,]+) (ms|s|MiB|%|µs|ns)(?!\w)")


def general(words):
    """A name of a row or a peer with N for each number that stands alone."""
    return re.sub(r"(?<!\w)\d+(?:[.,]\d+)*", "N", " ".join(words.split()))


@dataclass(frozen=True)
class Target:
    part: str
    row: str
    peer: str
    words: str
    note: str

    def of(self, what):
        """As results have it, for a row with that name: of what it is, and the most or the least that it may be."""
        found = TARGET.fullmatch(self.words)
        bound = float(found["base"])
        if found["per"]:
            bound = round(bound + int(re.search(r"\d[\d,]*", what).group().replace(",", "")) / int(found["per"]), 1)
        most, least = (bound, None) if found["sign"] == "≤" else (None, bound)
        return {"of": "ratio" if found["ratio"] else "ours", "most": most, "least": least}

    def is_of(self, part, what, peer, note):
        same = (self.part, general(self.row), general(self.peer)) == (part, general(what), general(peer))
        return same and (not self.note or self.note == " ".join(note.split()))


def targets(text=None):
    """All of them, in their order; wrong lines end the program."""
    found = []
    for line in (text or (HERE / "targets.txt").read_text()).splitlines():
        if line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) not in (4, 5) or not TARGET.fullmatch(fields[3]):
            raise SystemExit(f"targets.txt: not a target: {line}")
        found.append(Target(*fields, *[""] * (5 - len(fields))))
    return found


def target(part, what, peer, note=""):
    """That of a row, as results have it, or `None`."""
    return next((one.of(what) for one in targets() if one.is_of(part, what, peer, note)), None)


def reached(row):
    """Whether the figures of a row are those that its target wants."""
    aim, figure = row["target"], row["ratio"] if row["target"]["of"] == "ratio" else row["ours"]
    return (aim["most"] is None or figure <= aim["most"]) and (aim["least"] is None or figure >= aim["least"])


def pairs(results):
    """Each target with the rows that were measured of it; `results` has the rows of each part that was measured."""
    for one in targets():
        yield one, [row for row in results.get(one.part, []) if one.is_of(one.part, row["row"], row["peer"], row.get("note", ""))]


def unmeasured(results):
    return [one for one, rows in pairs(results) if not rows]


def problems(results):
    """What results say of targets that targets.txt does not, and what pages promise that no result shows."""
    for part, rows in results.items():
        for row in rows:
            aim, name = target(part, row["row"], row["peer"], row.get("note", "")), f"{part}: {row['row']}, {row['peer'] or 'without a peer'}"
            if aim is None:
                yield f"{name} has no target in Benchmarks/targets.txt"
            elif aim != row["target"]:
                yield f"{name} was measured for another target than that of Benchmarks/targets.txt: {row['target']}"
            elif row["met"] != reached(row):
                yield f"{name} is said to be {'met' if row['met'] else 'missed'}, and its figures are not"
    for path in sorted(path for pattern in PAGES for path in ROOT.glob(pattern)):
        for problem in of_page(path.read_text(), results):
            yield f"{path.relative_to(ROOT)}: {problem}"


def of_page(text, results):
    """What is wrong with the promises of a page."""
    for promise in MARK.finditer(text):
        name = f"{promise['part']} | {promise['row']}"
        known = [(one, rows) for one, rows in pairs(results) if (one.part, one.row) == (promise["part"], promise["row"])]
        figures = FIGURE.findall(promise["before"])
        if not known:
            yield f"it promises what Benchmarks/targets.txt does not name: {name}"
        elif not figures:
            yield f"no figure is before its promise: {name}"
        for one, rows in known if figures else []:
            figure, unit = figures[-1]
            aim = TARGET.fullmatch(one.words)
            if (float(figure.replace(",", "")), unit) != (float(aim["base"]), aim["unit"]):
                yield f"it promises {figure} {unit}, and the target is {one.words}: {name}"
            elif not rows:
                yield f"it promises what was not measured: {name}"
            elif not all(map(reached, rows)):
                yield f"it promises what was missed: {name}"
