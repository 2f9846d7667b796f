#!/usr/bin/env python3
"""Runs the documents: each code block of every page does what the page says, or is what a program printed.

Usage: scripts/test-docs.py [--check] [PAGE…]
  --check   looks at marks and links only, and runs nothing
  PAGE      only these, such as docs/operations.md (default: all)

Marks are those of scripts/docs_blocks.py. CLEANUPD_BINARY names the program (default: .build/debug/cleanupd),
CLEANUPD_PYTHON the interpreter beside which `make test` has installed SeaweedFS; DOCS_VERBOSE=1 shows what each block
printed. Needs root, for name spaces of its own: a page gets its own network, /srv, /run and /etc, and default ports.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import docs_blocks
import docs_seeds
import docs_tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = (
    "README.md", "CONTRIBUTING.md", "docs/**/*.md", "alerts/*.md", "deploy/**/*.md", "examples/**/*.md", "grafana/*.md",
)  # fmt: skip
NAMESPACES = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
# The first process of the name space: it waits for what others leave behind, such as a service that has ended.
INIT = ("bash", "-c", '"$@"; exit $?', "bash")

SELF_TEST = """
```sh
no mark
```
<!-- needs: postgres oracle -->
```sh run
A=$HERE; for b in $A $c; do echo "$b ${b}s $HOME ${THERE:?} ${d:-$A} $(cat) $1"; done
```
```text output
a … c
```
```sh run code=4
```
```sh run by=
```
```text run by=scripts/test-docs.py
```
```yaml run
```
```sh runs
```
```yaml file=a.yaml
```
```text output
```
<!-- check calls colours -->
```sh run
"""
MISTAKES = (
    ":1: there is no server oracle", ":2: the block has no mark", ":6: the page sets HERE nowhere before",
    ":6: the page sets c nowhere before", ":14: the mark 'run by=' is none", ":16: the mark by is for sh and bash",
    ":18: the mark run is for sh and bash", ":20: the mark 'runs' is none", ":24: output, but no block",
    ":26: there is no check colours", ":27: the block has no end",
)  # fmt: skip

TABLE = """
| before | here; `…` is `/api/cleanup` |
|---|---|
| `POST /old` | `POST …/run?wait=true` with `{"a":1}`, `GET …/runs/{id}` of [it](x.md) |
| `GET /api/cleanup/metrics`, `cleanup_old` | the same, and `/cleanup/jobs` |
| x | `cleanup_a_total`, `cleanup_b_total`, `cleanup_c` |
| `old_word`, two words | – |
"""
SHOWN = """
cleanup_http_requests_total{route="/api/cleanup/run",method="POST",code="202"} 2
cleanup_http_requests_total{route="/api/cleanup/runs/{id}",method="GET",code="400"} 1
cleanup_http_requests_total{route="/api/cleanup/metrics",method="GET",code="200"} 0
cleanup_http_requests_total{route="/cleanup/jobs",method="GET",code="200"} 1
cleanup_http_requests_total{route="other",method="GET",code="404"} 1
cleanup_a_total 0
cleanup_c_bucket{le="+Inf"} 1
"""
UNANSWERED = [
    *(f"nothing called GET /api/cleanup/{one}, or it was not answered well" for one in ("metrics", "runs/{id}")),
    "GET other was answered with 404",
]


def self_test() -> list[str]:
    """A check that lets everything pass would be of no use."""
    problems = docs_blocks.read("x", SELF_TEST).problems
    found = [one for one in MISTAKES if not any(one in problem for problem in problems)]
    found += problems if len(problems) != len(MISTAKES) else []
    if not docs_blocks.matches("a … c\nd", "a b\nb c \nd\n") or docs_blocks.matches("a … c", "a b d"):
        found.append("texts are compared wrongly")
    missing = docs_blocks.missing_members
    if missing('{"a":1,…"b":{}}', '{"a": 2}') != ["b"] or not missing("…", "{}"):
        found.append("members are compared wrongly")
    if not docs_blocks.stands("a {\n}", "a {\n  b\n}") or docs_blocks.stands("b\na", "a\nb"):
        found.append("parts are looked for wrongly")
    if docs_tables.unanswered(docs_tables.calls(TABLE), SHOWN) != UNANSWERED:
        found.append("calls are looked for wrongly")
    words = ["POST /old", "x", "old", "word", "cleanup_a_total", "two words", "cleanup_old"]
    if docs_tables.unmapped(words, TABLE) != ["word", "cleanup_a_total", "two words"]:
        found.append("words of others are looked for wrongly")
    if docs_tables.missing(docs_tables.metrics(TABLE), SHOWN) != ["there is no cleanup_b_total"]:
        found.append("metrics are looked for wrongly")
    pasted = docs_blocks.Block(1, "sh", "run", "", "A=/srv\nB=30\nC=2\nD=$(own)\nC=1 cleanupd plan\nC=1 cleanupd run --force\n")
    if strange_numbers([pasted], "${A} ${B:-30} ${C:-3} ${D:-4}") != ["C=2", "C=1"]:
        found.append("numbers of others are looked for wrongly")
    marked = "".join(f"```sh run by=scripts/{one}\n```\n" for one in ("test-package.sh", "release.sh", "nobody"))
    if len(docs_blocks.misplaced(ROOT, docs_blocks.read("README.md", marked))) != 2:
        found.append("blocks that no script runs are let pass wrongly")
    return [f"test-docs: the check itself is wrong: {one}" for one in found]


def names() -> list[str]:
    return [str(page.relative_to(ROOT)) for pattern in PAGES for page in sorted(ROOT.glob(pattern))]


def unknown_targets(page: docs_blocks.Page) -> list[str]:
    """`make TARGET` of which the Makefile knows nothing."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = re.findall(r"(?:^|`|&& )(?:[A-Z_]+=\S+ )?make ([a-z][a-z-]*)", (ROOT / page.name).read_text(), re.MULTILINE)
    return [f"{page.name}: there is no make {one}" for one in sorted(set(said) - targets)]


def unused_tests(pages: list[docs_blocks.Page]) -> list[str]:
    """Scripts of Tests/Documents that no page names."""
    used = set()
    for page in pages:
        folder = page.name.removeprefix("docs/").removesuffix(".md").lower()
        used |= {f"{folder}/{block.argument.split()[0]}.sh" for block in page.blocks if block.kind == "test"}
    scripts = (ROOT / "Tests/Documents").glob("**/*.sh")
    there = {str(one.relative_to(ROOT / "Tests/Documents")) for one in scripts if one.parent.name != "kit"}
    return [f"Tests/Documents/{one}: no page runs it" for one in sorted(there - used)]


def loose_tests() -> list[str]:
    """Lines of tests that no failure ends: bash passes over what fails before `&&`, and over what `!` turns round."""
    loose, found = re.compile(r"! |(?:\[|grep|diff|cmp|test) .* && "), []
    for script in sorted((ROOT / "Tests/Documents").glob("**/*.sh")):
        for number, line in enumerate(script.read_text().split("\n"), 1):
            if loose.match(line) and " || " not in line:
                found.append(f"{script.relative_to(ROOT)}:{number}: a failure here ends nothing")
    return found


def migrations(pages: list[docs_blocks.Page]) -> list[str]:
    """Migrations whose tables nobody looks at, that leave out what the other cleaner names, or that README.md leaves out."""
    readme, problems = (ROOT / "README.md").read_text(), []
    for page in (one for one in pages if one.name.startswith("docs/migrations/")):
        checked = {word for block in page.blocks if block.kind == "check" for word in block.argument.split()}
        if not checked >= {"calls", "metrics"}:
            problems.append(f"{page.name}: <!-- check calls metrics --> is missing")
        words = docs_seeds.words(page.name)
        lost = docs_tables.unmapped(words, (ROOT / page.name).read_text()) if words else ["all of it"]
        problems += [f"{page.name}: no table says what is here: {one}" for one in lost]
        if f"]({page.name})" not in readme:
            problems.append(f"README.md: no link to {page.name}")
        problems += unset_variables(page)
        example = (ROOT / "examples" / pathlib.Path(page.name).stem / "cleanup.yaml").read_text()
        strange = strange_numbers(page.blocks, example)
        problems += [f"{page.name}: {one} is somebody's, and no reader's: say the default, or take his own" for one in strange]
    return problems


def strange_numbers(blocks: list[docs_blocks.Block], example: str) -> list[str]:
    """What blocks would have everybody set, although it is only somebody's: neither what the example takes where nothing
    is said, nor taken from the reader's own. Most places have no such default; the state is ours, and a dry run harmless.
    """
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", example)) | {"CLEANUP_STATE": None, "CLEANUP_DRY_RUN": None}
    lines = "\n".join(block.text for block in blocks if block.kind == "run")
    said = re.findall(r"^(\w+)=(?!.*\$)(\S*)(?:$| .*--force)", lines, re.MULTILINE)
    return [f"{name}={value}" for name, value in said if defaults.get(name) not in (None, value)]


def unset_variables(page: docs_blocks.Page) -> list[str]:
    """Variables of the example that its migration speaks of, but sets nowhere to anything."""
    text, name = (ROOT / page.name).read_text(), pathlib.Path(page.name).stem
    scripts = sorted((ROOT / "Tests/Documents/migrations" / name).glob("*.sh"))
    done = "\n".join([block.text for block in page.blocks if block.kind == "run"] + [one.read_text() for one in scripts])
    read = set(re.findall(r"\$\{(\w+)", (ROOT / "examples" / name / "cleanup.yaml").read_text()))
    spoken = sorted(one for one in read if re.search(rf"\b{one}\b", text))
    return [f"{page.name}: {one} is set nowhere" for one in spoken if not re.search(rf"\b{one}=", done, re.MULTILINE)]


def run(page: docs_blocks.Page) -> tuple[str, bool, float]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cleanupd-docs-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        result = subprocess.run(
            [*NAMESPACES, *INIT, sys.executable, "-B", str(ROOT / "scripts/docs_page.py"), page.name, folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return result.stdout, result.returncode == 0, time.monotonic() - started


def main() -> int:
    arguments = sys.argv[1:]
    only_check = "--check" in arguments
    chosen = [one for one in arguments if not one.startswith("-")] or names()
    pages = [docs_blocks.read(name, (ROOT / name).read_text()) for name in chosen]
    problems = self_test() + [problem for page in pages for problem in page.problems]
    problems += [problem for page in pages for problem in docs_blocks.misplaced(ROOT, page) + unknown_targets(page)]
    problems += [problem for page in pages for problem in docs_blocks.bad_links(ROOT, ROOT / page.name)]
    if len(chosen) == len(names()):
        problems += unused_tests(pages) + loose_tests() + migrations(pages)
    marks = [block.kind for page in pages for block in page.blocks]
    print("\n".join(problems) or f"test-docs: {len(marks)} marks are right, {marks.count('by')} of them for other scripts")
    if problems or only_check:
        return 1 if problems else 0
    if os.geteuid() != 0:
        print("test-docs: pages run in name spaces of their own, which takes root")
        return 1
    os.environ.setdefault("CLEANUPD_BINARY", str(ROOT / ".build/debug/cleanupd"))
    os.environ.setdefault("CLEANUPD_PYTHON", str(ROOT / ".build/venv/bin/python"))
    if not os.access(os.environ["CLEANUPD_BINARY"], os.X_OK):
        print(f"test-docs: no {os.environ['CLEANUPD_BINARY']}; build it, or name it in CLEANUPD_BINARY")
        return 1
    status = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for printed, good, seconds in pool.map(run, [page for page in pages if page.runs]):
            print(printed.rstrip() + f" ({seconds:.1f} s)", flush=True)
            status |= not good
    return status


if __name__ == "__main__":
    sys.exit(main())
