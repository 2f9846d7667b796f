#!/usr/bin/env python3
"""Runs the documents: each code block of README.md and docs/ does what its page says, or is marked with why it cannot.

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
import subprocess
import sys
import tempfile
import time

import docs_blocks

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMESPACES = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
# The first process of the name space: it waits for what others leave behind, such as a service that has ended.
INIT = ("bash", "-c", '"$@"; exit $?', "bash")

SELF_TEST = """
```sh
no mark
```
<!-- needs: postgres oracle -->
```sh run
true
```
```text output
a … c
```
```sh run code=4
```
```sh norun:
```
```text norun: takes an hour
```
```yaml run
```
```sh runs
```
```yaml file=a.yaml
```
```text output
```
```sh run
"""
MISTAKES = (
    ":1: there is no server oracle", ":2: the block has no mark", ":14: norun: needs a reason",
    ":18: the mark run is for sh and bash", ":20: the mark 'runs' is none", ":24: output, but no block",
    ":26: the block has no end",
)  # fmt: skip


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
    return [f"test-docs: the check itself is wrong: {one}" for one in found]


def names() -> list[str]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    return [str(page.relative_to(ROOT)) for page in pages]


def unused_tests(pages: list[docs_blocks.Page]) -> list[str]:
    """Scripts of Tests/Documents that no page names."""
    used = set()
    for page in pages:
        folder = page.name.removeprefix("docs/").removesuffix(".md").lower()
        used |= {f"{folder}/{block.argument.split()[0]}.sh" for block in page.blocks if block.kind == "test"}
    scripts = (ROOT / "Tests/Documents").glob("**/*.sh")
    there = {str(one.relative_to(ROOT / "Tests/Documents")) for one in scripts if one.parent.name != "kit"}
    return [f"Tests/Documents/{one}: no page runs it" for one in sorted(there - used)]


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
    problems += [problem for page in pages for problem in docs_blocks.bad_links(ROOT, ROOT / page.name)]
    if len(chosen) == len(names()):
        problems += unused_tests(pages)
    print("\n".join(problems) or f"test-docs: {sum(len(page.blocks) for page in pages)} marks are right")
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
