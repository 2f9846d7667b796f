#!/usr/bin/env python3
"""Writes docs/BENCHMARKS.md and its plots from Benchmarks/results: report.py [--check | --table PART | --missed PART…]

Without an argument it writes; --check ends with 1 unless the page and the plots are what the results say, if a part is not
whole, if a result was measured for another target than that of targets.txt, or if a page promises what was not reached. --table
prints the table of one part; --missed names the targets that were not reached, and ends with 1 if there are any.
BENCH_RESULTS and BENCH_DOCS name other folders than Benchmarks/results and docs.
"""

import json
import os
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import plot
import promise

RESULTS = Path(os.environ.get("BENCH_RESULTS", HERE / "results"))
DOCS = Path(os.environ.get("BENCH_DOCS", HERE.parent / "docs"))
PARTS = [line.split()[0] for line in (HERE / "parts.txt").read_text().splitlines() if not line.startswith("#")]
# The line in plots of memory.
MEMORY = promise.target("growth-files", "run --force: peak memory, 1 files", "1 files")["most"]
HEAD = """# Benchmarks

`make bench` measures all of this beside other programs and writes this page; `Benchmarks/run.sh PART…` measures parts alone, of
a release that is built (`BENCH_SCALE=0.01`: a hundredth of all sizes, into `.build/bench`, to see that everything works). What
was measured lies in `Benchmarks/results`, each single time included; `make check` sees that this page says the same.

The programs of a row take turns, and medians count. A ratio is our figure by the peer's: below 1 we take less (of rates, `/s`,
above 1 we do more). Each **target** stands in `Benchmarks/targets.txt`, and stood there before it was measured; one that was
missed, or of which there is no result, says **missed**. `DIR` is a folder on the file system that is named, `PORT` one of loopback.
Each command must leave exactly what it should, or the part ends with an error. What a page promises by such a target (a comment
`promise:` behind a figure) must have been measured and reached, or `make check` fails.
"""


def read(part):
    """The head and the lines of a part's results."""
    head, *lines = [json.loads(line) for line in (RESULTS / f"{part}.json").read_text().splitlines()]
    if head["part"] != part or not lines:
        sys.exit(f"report.py: {RESULTS}/{part}.json is not whole")
    return head, lines


def measured():
    return [part for part in PARTS if (RESULTS / f"{part}.json").exists()]


def figure(value, unit):
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    space = "" if unit.startswith("/") else " "
    return f"{value:,.{digits}f}{space}{unit}" if value >= 0.01 or value == 0 else f"{value:.2g} {unit}"


def target(row):
    aim = row["target"]
    if aim["most"] is None and aim["least"] is None:
        return "none"
    bound, word = (aim["most"], "≤") if aim["most"] is not None else (aim["least"], "≥")
    text = f"{word} {bound:g}" + ("" if aim["of"] == "ratio" else f" {row['unit']}")
    return text if row["met"] else f"{text} **missed**"


def ratio(row):
    if "ratio" not in row:
        return ""
    return f"{row['ratio']:.2f}" if row["ratio"] >= 0.1 else f"{row['ratio']:.2g}"


def table(lines):
    """Rows, and below them what is to be said of some, once each."""
    notes, out = [], ["| measured | cleanupd | peer | | ratio | target |", "|---|--:|---|--:|--:|---|"]
    for row in (line for line in lines if "row" in line):
        mark = ""
        if "note" in row:
            note = " ".join(row["note"].split())
            if note not in notes:
                notes.append(note)
            mark = f" ({notes.index(note) + 1})"
        ours, theirs = figure(row.get("ours"), row["unit"]), figure(row.get("theirs"), row["unit"])
        out.append(f"| {row['row']}{mark} | {ours} | {row['peer']} | {theirs} | {ratio(row)} | {target(row)} |")
    return out + ([""] if notes else []) + [wrapped(f"{number}. {note}.", "   ") for number, note in enumerate(notes, 1)]


def wrapped(text, indent=""):
    """In lines like those of other pages."""
    return textwrap.fill(" ".join(text.split()), 130, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def machine(head):
    about = head["machine"]
    return (f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, Linux {about['kernel']}, "
            f"Debian {about['debian']}, {about['file_system']}")


def chapter(part):
    head, lines = read(part)
    out = [f"## {head['title']}", "", wrapped(head["intro"]), ""]
    if any("series" in line for line in lines):
        out += [f"![{head['title']}: time and peak memory](images/bench-{part}.svg)", ""]
    out += table(lines) + [""]
    for series in (line for line in lines if line.get("note") and "series" in line):
        out += [wrapped(series["note"] + "."), ""]
    runs = sorted({len(line["ours_all"]) for line in lines if len(line.get("ours_all", [])) > 1})
    facts = [f"Measured {head['date']} in {head['lasted_seconds']} s; load of the machine before it {head['load']:g}"]
    if runs:
        facts.append(f"medians of {' or '.join(map(str, runs))}")
    if head["scale"] != 1:
        facts.append(f"**at {head['scale']:g} of the sizes: no figure to rely on**")
    versions = [head["cleanupd"].removeprefix("cleanupd "), *head["versions"]]
    out += [wrapped(f"{'; '.join(facts)}. cleanupd {', '.join(versions)}."), "", "```sh output of=Benchmarks/report.py", *head["commands"], "```", ""]
    if "configuration" in head:
        out += ["<details><summary>cleanup.yaml</summary>", "", "```yaml output of=Benchmarks/report.py", head["configuration"].strip(), "```", "", "</details>", ""]
    return out


def rows(part):
    return [line for line in read(part)[1] if "row" in line]


def summary(results, heads):
    """How many targets are reached, and a sentence for each that is not."""
    measured_rows = [(part, row) for part, found in results.items() for row in found]
    absent = promise.unmeasured(results)
    missed_rows = [(part, row) for part, row in measured_rows if not row["met"]]
    out = [f"{len(measured_rows)} rows have a target; {len(measured_rows) - len(missed_rows)} reach it.", ""]
    for part, row in missed_rows:
        figures = f"the ratio is {row['ratio']:.3g}" if row["target"]["of"] == "ratio" else f"it is {figure(row['ours'], row['unit'])}"
        beside = f" beside {row['peer']}" if row["peer"] else ""
        out += [wrapped(f"**Missed**: {heads[part]['title']}, {row['row']}{beside}: {figures}, and the target is "
                        f"{target(row).removesuffix(' **missed**')}."), ""]
    if absent:
        out += [wrapped(f"**Missed**, because nothing recorded shows them: {len(absent)} more targets. Nothing here or elsewhere may "
                        "be taken for a promise of them before `make bench` has measured them."), "",
                "| part | not measured | peer | target |", "|---|---|---|---|"]
        out += [f"| {one.part} | {one.row} | {one.peer} | {one.words} **missed** |" for one in absent] + [""]
    return out


def page():
    parts = measured()
    heads = {part: read(part)[0] for part in parts}
    out = [HEAD]
    titles_by_machine = {}
    for head in heads.values():
        titles_by_machine.setdefault(machine(head), []).append(head["title"])
    for description, titles in sorted(titles_by_machine.items()):
        whose = f" of “{'”, “'.join(titles)}”" if len(titles_by_machine) > 1 else ""
        out += [wrapped(f"Machine{whose}: {description}."), ""]
    out += summary({part: rows(part) for part in parts}, heads)
    for part in parts:
        out += chapter(part)
    return "\n".join(out).rstrip("\n") + "\n"


def pictures():
    """Plots by their names."""
    found = {}
    for part in measured():
        head, lines = read(part)
        series = [(line["series"], line["points"]) for line in lines if "series" in line]
        if series:
            unit = next(line["unit"] for line in lines if "series" in line)
            found[f"bench-{part}.svg"] = plot.svg(head["title"].removeprefix("Growth: "), unit, series, MEMORY)
    return found


def files():
    """All that the results make, by where it lies."""
    return {DOCS / "BENCHMARKS.md": page(), **{DOCS / "images" / name: text for name, text in pictures().items()}}


def check():
    wanted = files() if measured() else {}
    problems = [f"{path} is not what Benchmarks/results says; run Benchmarks/report.py" for path, text in wanted.items()
                if not path.exists() or path.read_text() != text]
    present = [path for path in [DOCS / "BENCHMARKS.md", *DOCS.glob("images/bench-*.svg")] if path.exists()]
    problems += [f"{path} has no results" for path in present if path not in wanted]
    problems += [f"{path} is of no part" for path in RESULTS.glob("*") if path.suffix != ".json" or path.stem not in PARTS]
    scales = {part: read(part)[0]["scale"] for part in measured()}
    problems += [f"{part} was measured at {scale:g} of its sizes" for part, scale in scales.items() if scale != 1]
    problems += promise.problems({part: rows(part) for part in measured()})
    print("\n".join(problems) or f"report: {len(scales)} of {len(PARTS)} parts are measured, and the page says the same")
    return 1 if problems else 0


def missed(parts):
    found = [(part, row) for part in parts for row in rows(part) if not row["met"]]
    for part, row in found:
        figures = f"{figure(row['ours'], row['unit'])}, ratio {ratio(row) or '-'}, target {target(row)}"
        print(f"{part}: {row['row']}, {row['peer'] or 'without a peer'}: {figures}")
    return 1 if found else 0


def main():
    match sys.argv[1:]:
        case ["--check"]:
            return check()
        case ["--table", part]:
            print("\n".join(table(read(part)[1])))
        case ["--missed", *parts]:
            return missed(parts)
        case []:
            (DOCS / "images").mkdir(parents=True, exist_ok=True)
            for path, text in files().items():
                path.write_text(text)
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
