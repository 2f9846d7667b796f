#!/usr/bin/env python3
"""Makes the mistakes of Tests/Sabotage, one by one, in a copy of this repository, and sees who notices.

Each NN-name.patch begins with fields, a word and a colon each: `Bug` (what the mistake is), `Breaks` (which invariant),
`Tests` (expressions for swift test --filter that should notice it) and `Lint` (a script that should). Where a field
goes on, lines are indented. The copy lies in .build-sabotage, with a build of its own; the first one takes long.

Lints and tests are asked without any mistake first: who complains there has noticed nothing. If the test program dies, it
is asked again, and counts only if it dies again. docs/sabotage.md is written after each mistake, so that a run that is
interrupted keeps what it has.

ONLY="07 12": these mistakes alone. ALL=1: where those who should notice do not, all other tests are asked, too.
COPY=DIR: where the copy lies. Ends with 1 if a mistake is noticed by nobody, if a patch does not apply or does not
compile, or if a lint or a test that should notice it fails without it.

With --check nothing is built: ends with 1 if a patch does not apply to the files as they are, if no test has a name that
it gives, or if docs/sabotage.md does not list exactly these mistakes.
"""
import collections
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
DIED = "the test process died"
# A mistake may make tests wait for ever. They get many times what they need without one, and never less than this.
PATIENCE, SHORTEST, LONGEST = 20, 900, 7200
INTRODUCTION = """# Mistakes made on purpose

`make sabotage` makes each of these mistakes in a copy of the code, and tests or lints must notice it. This table is
written by it: the mistake, the invariant of the safety contract that it breaks, who noticed it, the seconds that it took to
build and to test, and the commit whose copy it was made in. The patches, with the tests that are asked, lie in
[Tests/Sabotage](../Tests/Sabotage). Only what passes without the mistake can notice it, and a test program that dies counts only
if it dies again. A row without seconds is from a look at several mistakes made at once in different parts, told apart by the tests
that failed; a row without a commit is older than that column.

| no. | mistake | breaks | noticed by | build | test | made at |
|---|---|---|---|---|---|---|
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


class Usual:
    """What is so without any mistake: the seconds that each set of tests takes, and who complains all the same."""

    def __init__(self):
        self.seconds, self.failed, self.lints = {}, {}, set()

    def says(self):
        """Whoever must not be counted, in words."""
        failed = {f"{name} (of {filters})" for filters, names in self.failed.items() for name in names}
        return sorted(failed | self.lints)


class Attempt:
    """One mistake that was made: who noticed it, and how many seconds building and testing took, as far as it came."""

    def __init__(self):
        self.lints, self.tests, self.built, self.tested = [], [], None, None

    def row(self, patch, commit, failure=None):
        tests = [name if " " in name else f"`{name}`" for name in self.tests]
        who = ", ".join(self.lints + tests[:2] + ([f"{len(tests) - 2} more"] if len(tests) > 2 else []))
        built, tested = ("–" if seconds is None else f"{seconds:.0f}" for seconds in (self.built, self.tested))
        cells = [patch.number, patch.bug, patch.breaks, f"**{failure}**" if failure else who, built, tested, f"`{commit}`"]
        return f"| {' | '.join(cells)} |"


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
            status = None
        finally:
            # Also where we are interrupted: it is in a session of its own, and would go on without us.
            if process.returncode is None:
                os.killpg(process.pid, 9)
                process.wait()
    return status, path.read_text(errors="replace"), time.monotonic() - start


def make_copy():
    """Makes the copy that of the latest commit, and gives that commit in short."""
    if not (COPY / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", "--shared", "--no-checkout", ROOT, COPY], check=True)
    head = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    git("checkout", "--quiet", "--force", "--detach", head.stdout.strip())
    git("clean", "--quiet", "-fd")
    if (ROOT / "Package.resolved").exists():
        (COPY / "Package.resolved").write_bytes((ROOT / "Package.resolved").read_bytes())
    if subprocess.run(["git", "-C", ROOT, "diff", "--quiet", "HEAD", "--", "Sources", "Tests"]).returncode:
        print("What is not committed is not in the copy; only the patches are taken as they are.")
    return head.stdout[:8]


def build(log):
    status, text, seconds = run(log, SWIFT, "build", "--build-tests")
    if status == 0:
        return seconds
    errors = [line for line in text.splitlines() if "error:" in line]
    raise Failure(f"does not compile: {errors[0] if errors else text[-500:]}")


def failures(text):
    """The names of the tests that failed, once each."""
    found = re.findall(r"^✘ Test (?!run with )(.+?)(?:\(.*?\))? (?:with \d+ test cases? )?failed after", text, re.M)
    return list(dict.fromkeys(found))


def test(log, filters, limit=None):
    """Gives who failed twice in up to three runs (empty: nobody) and the seconds. What fails once may only have been late, and a
    process that dies may have been ended by others."""
    arguments = [argument for expression in filters for argument in ("--filter", expression)]
    whole, times = 0, collections.Counter()
    for _ in range(3):
        status, text, seconds = run(log, SWIFT, "test", "--skip-build", *arguments, limit=limit)
        whole += seconds
        if status == 0:
            if sum(int(number) for number in re.findall(r"Test run with (\d+) tests?", text)) == 0:
                raise Failure(f"no test is named {' '.join(filters)}")
            return [], whole
        times.update([f"no end within {limit:.0f} s"] if status is None else failures(text) or [DIED])
        # Which of them notices it may differ from time to time.
        twice = [name for name, count in times.items() if count > 1]
        if twice:
            return twice, whole
    return [], whole


def baseline(patches):
    """Asks all lints and tests of these mistakes without any mistake; who passes is remembered while the code is the same."""
    usual = Usual()
    for script in dict.fromkeys(LINTS + [script for patch in patches for script in patch.lints]):
        if run("baseline-lint", script)[0]:
            usual.lints.add(script)
            print(f"FAILED    without any mistake: {script}", flush=True)
    files = git("ls-tree", "-r", "HEAD", "Package.swift", "Sources", "Tests").splitlines()
    code = [line for line in files if "\tTests/Sabotage/" not in line] + [Path(__file__).read_text()]
    state = hashlib.sha256("\n".join(code).encode()).hexdigest()
    memory = COPY / ".build/sabotage.json"
    known = json.loads(memory.read_text()) if memory.exists() else {}
    known = known if known.get("state") == state else {"state": state}
    wanted = {" ".join(patch.tests) for patch in patches if patch.tests} - set(known)
    if wanted:
        print(f"without any mistake: built in {build('baseline'):.0f} s", flush=True)
    for filters in sorted(wanted):
        failed, seconds = test("baseline", filters.split(), LONGEST)
        if failed:
            usual.failed[filters], usual.seconds[filters] = failed, seconds
            print(f"FAILED    without any mistake: {', '.join(failed)} (of {filters})", flush=True)
            continue
        print(f"without any mistake: {filters} pass in {seconds:.0f} s", flush=True)
        known[filters] = seconds
        memory.write_text(json.dumps(known))
    usual.seconds |= {filters: seconds for filters, seconds in known.items() if filters != "state"}
    return usual


def lint(patch, usual):
    """Gives the names of the lints that notice it."""
    found = []
    for script in dict.fromkeys(LINTS + patch.lints):
        if script in usual.lints:
            continue
        status, text, _ = run(f"{patch.number}-lint", script)
        rules = re.findall(r"rule ([\w-]+):", text)
        if status:
            found.append(f"`{Path(script).name}`" + (f" ({', '.join(dict.fromkeys(rules))})" if rules else ""))
    return found


def ask(patch, usual):
    """Gives those of its tests that fail by the mistake, and the seconds."""
    filters = " ".join(patch.tests)
    before = usual.failed.get(filters, [])
    if before == [DIED] or any(name.startswith("no end") for name in before):
        raise Failure(f"its tests do not end without it: {before[0]}")
    failed, seconds = test(patch.number, patch.tests, max(SHORTEST, PATIENCE * usual.seconds[filters]))
    return [name for name in failed if name not in before], seconds


def ask_all(patch):
    """Gives those of all tests that fail by the mistake, and the seconds; asks them alone, too, with the mistake and without it."""
    _, text, seconds = run(patch.number, "make", "test", limit=LONGEST)
    found = failures(text)
    if not found:
        return [], seconds
    filters = [rf"[./]({'|'.join(map(re.escape, found))})\("]
    alone, _ = test(patch.number, filters, LONGEST)
    failed = [name for name in alone if name in found]
    git("checkout", "--quiet", "--force", ".")
    build("baseline")
    before, _ = test("baseline", filters, LONGEST)
    # Whoever died or did not end without the mistake tells nothing about the others either.
    return [name for name in failed if name not in before] if set(before) <= set(failed) else [], seconds


def make(patch, usual, attempt):
    """Makes a mistake, and takes it back. Throws `Failure` if it proves nothing; `attempt` is told all that is known."""
    applied = subprocess.run(["git", "-C", COPY, "apply", patch.path], capture_output=True, text=True)
    if applied.returncode:
        raise Failure(f"does not apply: {applied.stderr.strip().splitlines()[0]}")
    try:
        attempt.lints = lint(patch, usual)
        attempt.built = build(patch.number)
        if patch.tests:
            attempt.tests, attempt.tested = ask(patch, usual)
        if not attempt.lints and not attempt.tests and os.environ.get("ALL"):
            attempt.tests, attempt.tested = ask_all(patch)
    finally:
        git("checkout", "--quiet", "--force", ".")
    if not attempt.lints and not attempt.tests:
        raise Failure("SURVIVED: nobody noticed it")


def write(rows, patches):
    """Puts the rows into the table; rows of other mistakes stay as long as there are such mistakes."""
    old = TABLE.read_text() if TABLE.exists() else ""
    table = {line[2:4]: line for line in old.splitlines() if re.match(r"\| \d\d \|", line)} | rows
    numbers = [patch.number for patch in patches if patch.number in table]
    new = TABLE.with_suffix(".new")
    new.write_text(INTRODUCTION + "".join(table[number] + "\n" for number in numbers))
    new.replace(TABLE)


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
        print(f"sabotage: {len(patches)} patches apply and are listed")
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
    start, unnoticed, commit = time.monotonic(), 0, make_copy()
    try:
        usual = baseline(chosen)
    except Failure as failure:
        sys.exit(f"Without any mistake: {failure}")
    for patch in chosen:
        attempt, failure = Attempt(), None
        try:
            make(patch, usual, attempt)
        except Failure as error:
            failure, unnoticed = error, unnoticed + 1
        row = attempt.row(patch, commit, failure)
        write({patch.number: row}, patches)
        print(f"{'FAILED' if failure else 'noticed':9} {row}", flush=True)
    print(f"{len(chosen) - unnoticed} of {len(chosen)} mistakes were noticed, in {time.monotonic() - start:.0f} s")
    if doubtful := usual.says():
        print(f"These fail without any mistake, and count for nothing: {', '.join(doubtful)}")
    sys.exit(1 if unnoticed or doubtful else 0)


if __name__ == "__main__":
    main()
