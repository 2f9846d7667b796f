#!/usr/bin/env python3
"""The rows of docs/faults.md: which tests stand for which fault.

  scripts/faults.py         checks the table against the tests: each row is there, with its numbers, and has tests or a
                            target of the Makefile; all that it names is there and has the row's tag, and no test has
                            a tag that the table does not know
  scripts/faults.py F5      says what to give to `swift test` to run the tests of that row alone
  scripts/faults.py --rows  says the rows that have tests to run
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = "docs/faults.md"
COUNTS = {"F": 18, "D": 10, "R": 9, "S": 5, "K": 2, "A": 5, "P": 6, "M": 9}
ROWS = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
FOLDERS = {"IntegrationTests": "Integration"}
TAGS = re.compile(r"\.tags\((\s*\.\w+(?:,\s*\.\w+)*)\s*\)")


def rows(text: str) -> dict[str, list[str]]:
    """What each row of the table names between backticks, in its column of tests."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and cells[1] in ROWS:
            found[cells[1]] = re.findall(r"`([^`]+)`", cells[3])
    return found


def unfinished(text: str) -> list[str]:
    """What is wrong with the rows themselves: one is missing, is there twice, or has an empty cell."""
    found = []
    for row in ROWS:
        lines = [line for line in text.splitlines() if line.startswith(f"| {row} |")]
        if len(lines) != 1:
            found.append(f"{row} is there {len(lines)} times")
        found += [f"{row} has an empty cell" for line in lines if not all(map(str.strip, line.split("|")[1:-1]))]
    return found


def attributes(before: str) -> str:
    """The attributes that end where a declaration begins."""
    start = max(before.rfind("@Test"), before.rfind("@Suite"))
    piece = before[start:] if start >= 0 else ""
    return "" if re.search(r"\b(func|struct|class|enum|extension|let|var)\b", piece) else piece


def tags_of(text: str, keyword: str, name: str) -> set[str] | None:
    """Tags that a declaration has; `None` where there is none of this name."""
    found = None
    for match in re.finditer(rf"\b{keyword}\s+{name}\b", text):
        tags = TAGS.search(attributes(text[: match.start()]))
        found = (found or set()) | ({tag.strip(" .") for tag in tags.group(1).split(",")} if tags else set())
    return found


def problem_of(name: str, row: str, sources: dict[pathlib.Path, str], makefile: str) -> str | None:
    """What is wrong with a name of the table: `make TARGET`, or `Target.Suite/test` as `swift test --filter` has it."""
    if name.startswith("make "):
        target = name.split()[1]
        return None if re.search(rf"^{target}:", makefile, re.MULTILINE) else f"the Makefile has no target {target}"
    target, _, rest = name.partition(".")
    folder = ROOT / "Tests" / FOLDERS.get(target, target)
    parts = rest.split("/")
    suite = [part for part in parts if part[:1].isupper()][-1:]
    for path, text in sources.items():
        if not suite or not path.is_relative_to(folder):
            continue
        tags = tags_of(text, r"(?:struct|class|enum|actor)", suite[0])
        if tags is None:
            continue
        if parts[-1] != suite[0]:
            own = tags_of(text, "func", parts[-1])
            if own is None:
                return f"{name} is not there"
            tags = tags | own
        return None if row.lower() in tags else f"{name} has not the tag .{row.lower()}"
    return f"{name} is not there"


def problems() -> list[str]:
    text = (ROOT / TABLE).read_text()
    table = rows(text)
    makefile = (ROOT / "Makefile").read_text()
    sources = {path: path.read_text() for path in (ROOT / "Tests").glob("*Tests/**/*.swift")}
    sources |= {path: path.read_text() for path in (ROOT / "Tests/Integration").glob("**/*.swift")}
    found = unfinished(text)
    for row in ROWS:
        names = table.get(row)
        if names == []:
            found.append(f"{row} has no test")
        found += [f"{row}: {problem}" for name in names or [] if (problem := problem_of(name, row, sources, makefile))]
    for path, text in sources.items():
        for match in TAGS.finditer(text):
            for tag in match.group(1).split(","):
                row = tag.strip(" .").upper()
                if not any(path.stem in name or path.stem.split("+")[0] in name for name in table.get(row, [])):
                    found.append(f"{path.relative_to(ROOT)} has the tag of {row}, whose row does not name it")
    return found


def expression(names: list[str]) -> str:
    return "|".join(f"{re.escape(name)}\\b" for name in names if not name.startswith("make "))


def main() -> int:
    if len(sys.argv) > 1:
        table = rows((ROOT / TABLE).read_text())
        if sys.argv[1] == "--rows":
            print("\n".join(row for row in ROWS if expression(table.get(row, []))))
            return 0
        if sys.argv[1] not in ROWS:
            print(f"faults: \"{sys.argv[1]}\" is no row of {TABLE}; say ROW=F5", file=sys.stderr)
            return 1
        names = table.get(sys.argv[1], [])
        if not expression(names):
            print(f"faults: {TABLE} names no test for {sys.argv[1]}: {', '.join(names) or 'no such row'}", file=sys.stderr)
            return 1
        print(expression(names))
        return 0
    found = problems()
    for problem in found:
        print(f"{TABLE}: {problem}")
    if not found:
        print(f"faults: {len(ROWS)} rows, each with its tests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
