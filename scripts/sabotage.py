#!/usr/bin/env python3
"""Makes the mistakes of Tests/Sabotage, one by one, in a copy of this repository, and sees who notices.

Each NN-name.patch begins with fields, a word and a colon each: `Bug` (what the mistake is), `Breaks` (which invariant),
`Tests` (expressions for swift test --filter that should notice it) and `Lint` (a script that should). Where a field
goes on, lines are indented. The copy lies in .build-sabotage, with a build of its own; the first one takes long.

ONLY="07 12": these mistakes alone. ALL=1: where those who should notice do not, all other tests are asked, too.
COPY=DIR: where the copy lies. Ends with 1 if a mistake is noticed by nobody, if a patch does not apply or does not
compile, or if the tests that should notice it fail without it.

With --check nothing is built: ends with 1 if a patch does not apply to the files as they are, if no test has a name that
it gives, or if docs/sabotage.md does not list exactly these mistakes.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATCHES = ROOT / "Tests/Sabotage"
TABLE = ROOT / "docs/sabotage.md"
COPY = Path(os.environ.get("COPY") or ROOT / ".build-sabotage")
SWIFT = os.environ.get("SWIFT") or "swift"
LINTS = ["scripts/check-banned.sh", "scripts/check-arrows.py"]
# Targets of tests that are not named after their folder.
FOLDERS = {"IntegrationTests": "Integration"}
NOT_MADE = "not made yet"
# A mistake may make tests wait for ever. They get many times what they need without one, and never less than this.
PATIENCE, SHORTEST = 20, 900
INTRODUCTION = """# Mistakes made on purpose

`make sabotage` makes each of these mistakes in a copy of the code, and tests or lints must notice it. This table is
written by it: the mistake, the invariant of the safety contract that it breaks, who noticed it, and the seconds that it
took to build and to test. The patches, with the tests that are asked, lie in [Tests/Sabotage](../Tests/Sabotage). A row without
seconds is from a look at several mistakes made at once in different parts, told apart by the tests that failed.

| no. | mistake | breaks | noticed by | build | test |
|---|---|---|---|---|---|
"""


class Patch:
    """One mistake, as its file tells it."""

    def __init__(self, path):
        head, _, diff = path.read_text().partition("\ndiff --git ")
        fields = {name: " ".join(text.split()) for name, text in re.findall(r"^(\w+): (.*(?:\n +.*)*)", head, re.M)}
        if missing := {"Bug", "Breaks"} - set(fields):
            sys.exit(f"{path.name}: it does not say {', '.join(sorted(missing))}")
        self.path, self.number, self.place = path, path.name[:2], diff.split()[0]
        self.bug, self.breaks = fields["Bug"], fields["Breaks"]
        self.tests, self.lints = tuple(fields.get("Tests", "").split()), fields.get("Lint", "").split()
        if not self.tests and not self.lints:
            sys.exit(f"{path.name}: it names neither Tests nor a Lint that should notice it")


class Failure(Exception):
    """A mistake that proves nothing, and why."""


def git(*arguments):
    return subprocess.run(["git", "-C", COPY, *arguments], check=True, capture_output=True, text=True).stdout


def run(log, *command, limit=None):
    """Gives the exit status (`None`: no end in time), what was printed, and the seconds; printed is also in `log`."""
    path = COPY / ".build" / f"sabotage-{log}.log"
    path.parent.mkdir(exist_ok=True)
    start = time.monotonic()
    # A file, because servers of tests may hold a pipe open.
    with open(path, "w") as output:
        process = subprocess.Popen(command, cwd=COPY, stdout=output, stderr=output, start_new_session=True)
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            status = None
    return status, path.read_text(errors="replace"), time.monotonic() - start


def make_copy():
    if not (COPY / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", "--shared", "--no-checkout", ROOT, COPY], check=True)
    head = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    git("checkout", "--quiet", "--force", "--detach", head.stdout.strip())
    git("clean", "--quiet", "-fd")
    if (ROOT / "Package.resolved").exists():
        (COPY / "Package.resolved").write_bytes((ROOT / "Package.resolved").read_bytes())
    if subprocess.run(["git", "-C", ROOT, "diff", "--quiet", "HEAD", "--", "Sources", "Tests"]).returncode:
        print("What is not committed is not in the copy; only the patches are taken as they are.")


def build(log):
    status, text, seconds = run(log, SWIFT, "build", "--build-tests")
    if status == 0:
        return seconds
    errors = [line for line in text.splitlines() if "error:" in line]
    raise Failure(f"does not compile: {errors[0] if errors else text[-500:]}")


def test(log, filters, limit=None):
    """Gives who failed (empty: nobody) and the seconds."""
    arguments = [argument for expression in filters for argument in ("--filter", expression)]
    status, text, seconds = run(log, SWIFT, "test", "--skip-build", *arguments, limit=limit)
    if status is None:
        return [f"no end within {limit:.0f} s"], seconds
    failed = re.findall(r"^✘ Test (?!run with )(.+?)(?:\(.*?\))? (?:with \d+ test cases? )?failed after", text, re.M)
    count = sum(int(number) for number in re.findall(r"Test run with (\d+) tests?", text))
    if status == 0 and count == 0:
        raise Failure(f"no test is named {' '.join(filters)}")
    return list(dict.fromkeys(failed)) or ([] if status == 0 else ["the test process died"]), seconds


def baseline(patches):
    """Gives the seconds that each set of tests takes without any mistake; remembered while the code is the same."""
    files = git("ls-tree", "-r", "HEAD", "Package.swift", "Sources", "Tests").splitlines()
    code = "\n".join(line for line in files if "\tTests/Sabotage/" not in line)
    state = hashlib.sha256(code.encode()).hexdigest()
    memory = COPY / ".build/sabotage.json"
    known = json.loads(memory.read_text()) if memory.exists() else {}
    known = known if known.get("state") == state else {"state": state}
    wanted = {" ".join(patch.tests) for patch in patches if patch.tests} - set(known)
    if wanted:
        print(f"without any mistake: built in {build('baseline'):.0f} s", flush=True)
    for filters in sorted(wanted):
        failed, seconds = test("baseline", filters.split())
        if failed:
            sys.exit(f"These fail without any mistake: {', '.join(failed)} (of {filters})")
        print(f"without any mistake: {filters} pass in {seconds:.0f} s", flush=True)
        known[filters] = seconds
        memory.write_text(json.dumps(known))
    return known


def lint(patch):
    """Gives the names of the lints that notice it."""
    found = []
    for script in dict.fromkeys(LINTS + patch.lints):
        status, text, _ = run(f"{patch.number}-lint", script)
        rules = re.findall(r"rule ([\w-]+):", text)
        if status:
            found.append(f"`{Path(script).name}`" + (f" ({', '.join(dict.fromkeys(rules))})" if rules else ""))
    return found


def make(patch, known):
    """Makes a mistake, takes it back, and gives a row of the table. Throws `Failure` if it proves nothing."""
    applied = subprocess.run(["git", "-C", COPY, "apply", patch.path], capture_output=True, text=True)
    if applied.returncode:
        raise Failure(f"does not apply: {applied.stderr.strip().splitlines()[0]}")
    try:
        noticed = lint(patch)
        built = build(patch.number)
        failed, seconds = [], 0
        if patch.tests:
            usual = known[" ".join(patch.tests)]
            failed, seconds = test(patch.number, patch.tests, max(SHORTEST, PATIENCE * usual))
        if not failed and not noticed and os.environ.get("ALL"):
            status, text, seconds = run(patch.number, "make", "test")
            failed = re.findall(r"^✘ Test (?!run with )(.+?)\(", text, re.M) or (["make test"] if status else [])
    finally:
        git("checkout", "--quiet", "--force", ".")
    if not failed and not noticed:
        raise Failure("SURVIVED: nobody noticed it")
    noticed += [f"`{name}`" for name in failed[:2]] + ([f"{len(failed) - 2} more"] if len(failed) > 2 else [])
    return f"| {patch.number} | {patch.bug} | {patch.breaks} | {', '.join(noticed)} | {built:.0f} | {seconds:.0f} |"


def write(rows, patches):
    """Puts the rows into the table; rows of other mistakes stay as long as there are such mistakes."""
    old = TABLE.read_text() if TABLE.exists() else ""
    table = {line[2:4]: line for line in old.splitlines() if re.match(r"\| \d\d \|", line)} | rows
    numbers = [patch.number for patch in patches if patch.number in table]
    TABLE.write_text(INTRODUCTION + "".join(table[number] + "\n" for number in numbers))


def is_named(expression, texts={}):
    """Whether there are tests that `swift test --filter` finds by `Target.Suite/begin of a name`."""
    target, _, rest = expression.partition(".")
    if target not in texts:
        files = (ROOT / "Tests" / FOLDERS.get(target, target)).glob("**/*.swift")
        texts[target] = "\n".join(path.read_text() for path in files)
    kinds = ((part, "func" if part[:1].islower() else r"(?:struct|class|enum|extension)") for part in rest.split("/"))
    return bool(rest) and all(re.search(rf"\b{kind} {part}", texts[target]) for part, kind in kinds)


def problems_of(patch, row):
    """What is wrong with a patch, as it lies there, and with its row of the table."""
    applied = subprocess.run(["git", "-C", ROOT, "apply", "--check", patch.path], capture_output=True, text=True)
    if applied.returncode:
        yield f"{patch.path.name} does not apply: {applied.stderr.strip().splitlines()[0]}"
    for name in patch.tests:
        if not is_named(name):
            yield f"{patch.path.name}: no test is named {name}"
    cells = [cell.strip() for cell in row.split("|")]
    if cells[1:4] != [patch.number, patch.bug, patch.breaks]:
        yield f"{TABLE.name} does not say what {patch.path.name} does: make sabotage ONLY={patch.number}"
    elif "**" in cells[4]:
        yield f"{TABLE.name}: {patch.number} was noticed by nobody"


def check(patches):
    """Looks at all patches and the table without building anything, and gives the exit status."""
    rows = {line[2:4]: line for line in TABLE.read_text().splitlines() if re.match(r"\| \d\d \|", line)}
    numbers = [patch.number for patch in patches]
    found = [f"two patches have the number {number}" for number in sorted(set(numbers)) if numbers.count(number) > 1]
    found += [f"{TABLE.name} has a row of {number}, which is no patch" for number in sorted(set(rows) - set(numbers))]
    found += [problem for patch in patches for problem in problems_of(patch, rows.get(patch.number, ""))]
    for problem in found:
        print(f"sabotage: {problem}")
    if not found:
        waiting = [number for number, row in sorted(rows.items()) if NOT_MADE in row]
        print(f"sabotage: {len(patches)} patches apply and are listed; {NOT_MADE}: {', '.join(waiting) or 'none'}")
    return 1 if found else 0


def main():
    os.environ.setdefault("CLEANUPD_PYTHON", str(ROOT / ".build/venv/bin/python"))
    patches = [Patch(path) for path in sorted(PATCHES.glob("*.patch"))]
    if sys.argv[1:] == ["--check"]:
        sys.exit(check(patches))
    if sys.argv[1:]:
        sys.exit(f"sabotage.py takes --check or nothing, not {' '.join(sys.argv[1:])}")
    only = os.environ.get("ONLY", "").replace(",", " ").split()
    if unknown := set(only) - {patch.number for patch in patches}:
        sys.exit(f"There is no mistake {', '.join(sorted(unknown))} in {PATCHES}")
    # Neighbours in the code are built together: what one takes back and what the next one makes.
    chosen = sorted((p for p in patches if not only or p.number in only), key=lambda patch: patch.place)
    make_copy()
    known, failures = baseline(chosen), 0
    for patch in chosen:
        try:
            row = make(patch, known)
            write({patch.number: row}, patches)
            print(f"noticed   {row}", flush=True)
        except Failure as failure:
            failures += 1
            write({patch.number: f"| {patch.number} | {patch.bug} | {patch.breaks} | **{failure}** | – | – |"}, patches)
            print(f"FAILED    {patch.path.name} {failure}", flush=True)
    print(f"{len(chosen) - failures} of {len(chosen)} mistakes were noticed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
