"""What the parts of the bench share: sizes, scratch folders, servers, commands that take turns, and how results are written.

A part prints its results on standard output, an object of JSON a line, and its progress on standard error:

  {"part": …, "title": …, …}    first: when, on what, of which versions, and the commands as they were given
  {"row": …, "target": …, …}    one comparison; its target stands in targets.txt before anything is measured
  {"series": …, "points": …}    time and peak memory against a number, for a plot
"""

import contextlib
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import promise

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# A tenth of all numbers of items, or a hundredth: to see in a minute that everything works.
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
BUILD = pathlib.Path(os.environ.get("BENCH_BUILD", ROOT / ".build/release"))
CLEANUPD = os.environ.get("CLEANUPD_BINARY", str(BUILD / "cleanupd"))
# Peers that Debian does not have, or not as new: see requirements.txt.
VENV = pathlib.Path(os.environ.get("BENCH_VENV", ROOT / ".build/bench-venv"))
STARTED, LOAD = time.monotonic(), os.getloadavg()[0]


def size(full, least=1):
    return max(least, int(full * SCALE))


def turns_of(full):
    return int(os.environ.get("BENCH_RUNS", full))


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"{pathlib.Path(sys.argv[0]).parent.name}/{pathlib.Path(sys.argv[0]).name}: {text}")


def need(*programs):
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        fail(f"{', '.join(missing)} is missing: run scripts/install.sh bench")


def answers(port, path):
    """Whether a page of this machine is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def output(command, **options):
    """What a command prints, of either kind; its first words are often its version."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return done.stdout.strip()


def run(command, **options):
    """Runs what must succeed, and says nothing unless it fails."""
    shell = isinstance(command, str)
    done = subprocess.run(command, shell=shell, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        fail(f"{command} ended with {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout.strip()


def package(name):
    """The version of a Debian package."""
    return f"{name} {output(['dpkg-query', '-W', '-f', '${Version}', name])}"


def wheel(name):
    """The version of a package of the virtual environment."""
    code = f"from importlib.metadata import version; print(version('{name}'))"
    return f"{name} {output([VENV / 'bin/python', '-c', code])}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def scratch():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cleanupd-bench-", dir=os.environ.get("TMPDIR")))
    os.chmod(folder, 0o755)
    try:
        yield folder
    finally:
        subprocess.run(["rm", "-rf", "--", folder], check=True)


@contextlib.contextmanager
def server(command, log, ready, seconds=60, **options):
    """A server in the foreground, from when `ready` is true until the block ends."""
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, **options)
    try:
        until = time.monotonic() + seconds
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                fail(f"{command[0]} did not start: {pathlib.Path(log).read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def configure(folder, text):
    """Writes a configuration whose state lies in a folder of its own, and makes it that of all runs from now on."""
    (folder / "state").mkdir(exist_ok=True)
    file = folder / "cleanup.yaml"
    file.write_text(f'log: {{ level: error }}\nstate: "sqlite:{folder}/state/cleanup.db"\n{text}')
    os.environ["CLEANUPD_CONFIG"] = str(file)


def forget(folder):
    """An empty state for the next run."""
    shutil.rmtree(folder / "state", ignore_errors=True)
    (folder / "state").mkdir()


def planned(task):
    """How many items a plan looks at, and how many of them it would remove."""
    # Its items come first, a line each, and then what it comes to.
    summary = json.loads(run([CLEANUPD, "plan", task, "--json"]).splitlines()[-1])["summary"]
    return summary["examined"], summary["remove"]


def measure(command, folder):
    """Seconds and peak MiB of a line of the shell that must succeed."""
    report = folder / "measured"
    run([sys.executable, str(HERE / "measure.py"), str(report), command])
    seconds, mebibytes = report.read_text().split()
    return float(seconds), float(mebibytes)


def take_turns(commands, turns, folder):
    """Times of commands by name, each once and then all again. A command is (preparation, line of the shell, check)."""
    seconds = {name: [] for name in commands}
    for turn in range(1, turns + 1):
        for name, (prepare, command, check) in commands.items():
            say(f"turn {turn} of {turns}: {name}")
            prepare()
            os.sync()
            seconds[name].append(measure(command, folder)[0])
            check(name)
    return seconds


def make_tree(path, directories, files, percent_old):
    """Makes a tree, or makes again what was removed from it, by one process for each core, each in a folder of its own."""
    parts = min(os.cpu_count(), directories)
    shares = [directories // parts + (part < directories % parts) for part in range(parts)]
    makers = []
    for part, share in enumerate(shares):
        folder = path / f"part-{part}"
        folder.mkdir(exist_ok=True)
        words = [folder, share, files, percent_old]
        makers.append(subprocess.Popen([sys.executable, str(HERE / "make-tree.py"), *map(str, words)]))
    if any([maker.wait() for maker in makers]):
        fail("make-tree.py failed")


def machine(folder):
    """What the figures depend on."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    debian = pathlib.Path("/etc/debian_version")
    return {
        "processor": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory.group(1)) / 1024 / 1024),
        "kernel": platform.release(),
        "debian": debian.read_text().strip() if debian.exists() else "no",
        "file_system": output(["findmnt", "-n", "-o", "FSTYPE", "-T", str(folder)]),
    }


def changes():
    """What the commit does not say: sources, or the measuring itself, were changed since. Results are written by each part."""
    asked = ["git", "-C", str(ROOT), "status", "--porcelain", "--", "Package.swift", "Sources", "Benchmarks", ":!Benchmarks/results"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return ", of which git does not tell whether it was all that was built"
    return ", with changes that are not committed" if done.stdout else ""


class Part:
    """The results of one part, which are printed at its end, when all of them are there."""

    def __init__(self, name, title, intro, folder, versions):
        if not os.access(CLEANUPD, os.X_OK):
            fail(f"there is no {CLEANUPD}; run `make bench`, or name one by CLEANUPD_BINARY")
        self.folder, self.lines = folder, []
        self.head = {
            "part": name, "title": title, "intro": intro, "scale": SCALE,
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "cleanupd": output([CLEANUPD, "--version"]) + changes(), "load": round(LOAD, 2), "machine": machine(folder),
            "versions": versions, "commands": [],
        }

    def shown(self, text):
        """A command or a file as it was, without what is only so on this machine."""
        text = text.replace(CLEANUPD, "cleanupd").replace(f"{VENV}/bin/", "").replace(str(self.folder), "DIR")
        return re.sub(r"(127\.0\.0\.1:|-p )\d{4,5}\b", r"\1PORT", text.replace(f"{ROOT}/", ""))

    def command(self, text):
        if self.shown(text) not in self.head["commands"]:
            self.head["commands"].append(self.shown(text))

    def row(self, what, unit, ours, peer="", theirs=None, note=""):
        """One comparison of medians; `ours` and `theirs` are lists of figures. Its target is that of targets.txt."""
        aim = promise.target(self.head["part"], what, peer, note)
        if aim is None:
            say(f"{what}, {peer or 'without a peer'} has no target in targets.txt: report.py --check will say so")
        row = {"row": what, "peer": peer, "unit": unit, "target": aim or {"of": "ours", "most": None, "least": None}}
        for key, figures in (("ours", ours), ("theirs", theirs)):
            if figures is not None:
                row[key] = significant(statistics.median(figures))
                row[f"{key}_all"] = [significant(figure) for figure in sorted(figures)]
        if theirs is not None:
            row["ratio"] = significant(statistics.median(ours) / statistics.median(theirs))
        row["met"] = promise.reached(row)
        if note:
            row["note"] = note
        self.lines.append(row)

    def compare(self, what, seconds, ours, peers):
        """Rows of seconds: `peers` has the name of each in `seconds`, and a note."""
        for peer, note in peers:
            self.row(what, "s", seconds[ours], peer, seconds[peer], note=note)

    def series(self, name, unit, points, note=""):
        points = [[number, significant(seconds), significant(mebibytes)] for number, seconds, mebibytes in points]
        self.lines.append({"series": name, "unit": unit, "points": points, **({"note": note} if note else {})})

    def finish(self):
        self.head["lasted_seconds"] = round(time.monotonic() - STARTED)
        if "CLEANUPD_CONFIG" in os.environ:
            self.head["configuration"] = self.shown(pathlib.Path(os.environ["CLEANUPD_CONFIG"]).read_text())
        for line in [self.head, *self.lines]:
            print(json.dumps(line, ensure_ascii=False))


def significant(figure):
    """Four digits are more than any of these figures is good for."""
    return float(f"{figure:.4g}")
