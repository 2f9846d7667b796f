"""Runs the blocks of one page in order, in name spaces of its own: nothing that a page does reaches the machine.

Called by test-docs.py inside of `unshare --mount --net --pid`. There is nobody else on its loopback, /srv and /run are
empty, and what is written to /etc and /var/lib is gone afterwards; so pages can name real paths and default ports.
"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import yaml

import docs_blocks
import docs_servers
import docs_tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What a clone has that pages speak of; the page begins in its folder.
CLONE = (
    "CONTRIBUTING.md", "Makefile", "README.md", "alerts", "deploy", "docs", "examples", "grafana", "schema", "scripts",
    "Tests/Documents",
)  # fmt: skip
SECONDS = 120

# Each block is a shell of its own that takes over variables, functions and the folder from the one before.
PRELUDE = r"""
set -a
. "$DOCS_STATE/variables"
cd "$(cat "$DOCS_STATE/folder")"
trap 'code=$?; export -p > "$DOCS_STATE/variables"; declare -f >> "$DOCS_STATE/variables"; pwd > "$DOCS_STATE/folder"
      exit $code' EXIT
# A service goes on behind the block until the page ends, or starts another one.
behind() {
    local place=${DOCS_SERVICE:-http://127.0.0.1:9847} pid
    end_service
    if curl -sfk -o /dev/null "$place/readyz"; then echo "something answers at $place already" >&2; return 1; fi
    "$@" > "$DOCS_STATE/service.log" 2>&1 &
    pid=$!
    echo "$pid" > "$DOCS_STATE/service.pid"
    until curl -sfk -o /dev/null "$place/readyz"; do
        if ! kill -0 "$pid" 2> /dev/null; then
            cat "$DOCS_STATE/service.log" >&2
            wait "$pid"
            return 1
        fi
        sleep 0.1
    done
}
end_service() {
    local pid
    [ -e "$DOCS_STATE/service.pid" ] || return 0
    pid=$(cat "$DOCS_STATE/service.pid")
    rm "$DOCS_STATE/service.pid"
    kill "$pid" 2> /dev/null || return 0
    for _ in $(seq 150); do kill -0 "$pid" 2> /dev/null || return 0; sleep 0.1; done
    echo "cleanupd serve goes on 15 s after SIGTERM" >&2
    return 1
}
cleanupd() {
    case " $* " in
        " serve "*) behind command cleanupd "$@" ;;
        *" --watch "*) timeout 2 cleanupd "$@" || [ $? = 124 ] ;;
        *) command cleanupd "$@" ;;
    esac
}
# A stream has no end.
curl() {
    case " $* " in
        *"/events "*) command curl --max-time 2 "$@" || [ $? = 28 ] ;;
        *) command curl "$@" ;;
    esac
}
sudo() { "$@"; }
# What make builds is there already (Session says so); a demo goes on unless it is told to end.
make() {
    case " $* " in
        *" ONCE="*) command make "$@" ;;
        *" demo "*) behind command make "$@" ;;
        *) command make "$@" ;;
    esac
}
set -euo pipefail
"""

# What a part of a configuration may take for granted.
VARIABLES = {
    "DATA_DIR": "/srv/data", "DATABASE_URL": "postgres://127.0.0.1/app", "STATE_URL": "postgres://127.0.0.1/cleanupd",
    "REDIS_URL": "redis://127.0.0.1", "TOKEN_FILE": "/srv/tokens.json", "ACCESS_KEY": "key",
}  # fmt: skip
CONNECTIONS = {
    "data": {"url": "file:///srv/data"}, "main": {"url": "postgres://127.0.0.1/app"},
    "cache": {"url": "redis://127.0.0.1"}, "tokens": {"url": "json:/srv/tokens.json"},
    "bundles": {"url": "s3://bundles", "endpoint": "https://s3.example.org", "region": "us-east-1",
                "access_key": "key", "secret_key": "secret"},
    "docker": {"url": "unix:///var/run/docker.sock", "optional": True},
}  # fmt: skip


class Loader(yaml.SafeLoader):
    """Reads `on`, `off`, `yes` and `no` as words and times as text, as cleanupd does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if tag.rpartition(":")[2] not in ("bool", "timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


class Failure(Exception):
    """A block that did not do what it should."""


def completed(text: str) -> dict:
    """A part of a configuration as a whole one."""
    part = yaml.load(text, Loader)
    whole = {"connections": CONNECTIONS | part.get("connections", {})}
    whole |= {key: value for key, value in part.items() if key != "connections"}
    tasks = dict(part.get("tasks", {}))
    named = [name for cycle in part.get("cycles", {}).values() for name in cycle.get("tasks", [])] or ["some"]
    for name in named:
        tasks.setdefault(name, {"files": {"in": "data", "path": name}, "remove": {"older_than": "1d"}})
    return whole | {"tasks": tasks}


class Session:
    """The page's folder, its variables, and what its last run printed."""

    def __init__(self, page: docs_blocks.Page, work: pathlib.Path):
        self.page, self.work = page, work
        self.state = work / "state"
        self.state.mkdir()
        self.clone = work / "cleanupd"
        for name in CLONE:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.clone / name)
            elif (ROOT / name).exists():
                self.clone.mkdir(exist_ok=True)
                shutil.copy(ROOT / name, self.clone / name)
        (self.state / "folder").write_text(f"{self.clone}\n")
        (self.state / "variables").write_text("")
        for name in ("bin", "home", "tmp", "cleanupd/.build/release"):
            (work / name).mkdir(parents=True)
        (work / "bin/cleanupd").symlink_to(pathlib.Path(os.environ["CLEANUPD_BINARY"]).absolute())
        # `make build` finds a compiler that has nothing to do, and a program that is the one which is tested.
        for name, text in (("bin/swift", "true"), ("cleanupd/.build/release/cleanupd", f'exec {work}/bin/cleanupd "$@"')):
            (work / name).write_text(f"#!/bin/sh\n{text}\n")
            (work / name).chmod(0o755)
        self.variables = {
            "PATH": f"{work}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
            "HOME": str(work / "home"), "TMPDIR": str(work / "tmp"), "TZ": "UTC", "DOCS_STATE": str(self.state),
            "DOCS_WORK": str(work), "CLEANUPD_PYTHON": str(docs_servers.PYTHON.absolute()),
        }  # fmt: skip
        self.printed: tuple[str, str] = ("", "")

    def shell(self, text: str, seconds: float = SECONDS) -> int:
        (self.state / "block.sh").write_text(PRELUDE + text)
        out, errors = self.state / "out", self.state / "errors"
        with out.open("w") as first, errors.open("w") as second:
            child = subprocess.Popen(
                ["bash", str(self.state / "block.sh")],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=first,
                stderr=second,
            )
            try:
                code = child.wait(seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                raise Failure(f"goes on after {seconds} s\n{self.tail()}") from None
        self.printed = (out.read_text(errors="replace"), errors.read_text(errors="replace"))
        return code

    def tail(self) -> str:
        texts = [(self.state / name).read_text(errors="replace") for name in ("out", "errors")]
        return "\n".join(text[-3000:] for text in texts if text)

    def expect(self, text: str, code: int = 0) -> None:
        if (got := self.shell(text)) != code:
            raise Failure(f"ended with code {got}, not {code}\n{self.tail()}")

    def do(self, block: docs_blocks.Block) -> None:
        getattr(self, "do_" + block.kind)(block)

    def do_run(self, block: docs_blocks.Block) -> None:
        self.expect(block.text, block.code)

    def do_from(self, block: docs_blocks.Block) -> None:
        """Nothing is to be done: what is to be known of it, test-docs.py has looked at."""

    do_of = do_by = do_from

    def do_test(self, block: docs_blocks.Block) -> None:
        (self.state / "block").write_text(block.text)
        name, _, arguments = block.argument.partition(" ")
        folder = ROOT / "Tests/Documents" / page_folder(self.page.name)
        script = folder / f"{name}.sh"
        if not script.exists():
            raise Failure(f"there is no {script.relative_to(ROOT)}")
        printed = self.printed
        (self.state / "printed").write_text(printed[0])
        self.expect(f"set -- {arguments}\n. {script}\n")
        # What a test prints is printed for the page; one that is silent only looks.
        self.printed = self.printed if self.printed[0] else printed

    def do_check(self, block: docs_blocks.Block) -> None:
        if "queries" in block.argument:
            for query in docs_tables.queries(block.text):
                self.ask_about(query)
            return
        printed = self.printed
        self.expect('command curl -sSfk "${DOCS_SERVICE:-http://127.0.0.1:9847}/metrics"\n')
        shown, self.printed, problems = self.printed[0], printed, []
        if "calls" in block.argument:
            problems += docs_tables.unanswered(docs_tables.calls(block.text), shown)
        if "metrics" in block.argument:
            problems += docs_tables.missing(docs_tables.metrics(block.text), shown)
        if problems:
            raise Failure("\n".join(problems))

    def do_file(self, block: docs_blocks.Block) -> None:
        folder = pathlib.Path((self.state / "folder").read_text().strip())
        file = folder / block.argument
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text)
        if block.language == "yaml" and "tasks" in (yaml.load(block.text, Loader) or {}):
            self.expect(f"command cleanupd check --offline --config '{file}' > /dev/null\n", block.code)

    def do_part(self, block: docs_blocks.Block) -> None:
        file = self.state / "part.yaml"
        file.write_text(json.dumps(completed(block.text), indent=1))
        defaults = "".join(f': "${{{name}:={value}}}"\n' for name, value in VARIABLES.items())
        self.expect(f"{defaults}command cleanupd check --offline --config '{file}' > /dev/null\n")

    def do_output(self, block: docs_blocks.Block) -> None:
        if not any(docs_blocks.matches(block.text, one) for one in self.printed):
            raise Failure("what was printed is not this:\n" + "\n".join(one[:4000] for one in self.printed if one))

    def do_like(self, block: docs_blocks.Block) -> None:
        if missing := docs_blocks.missing_members(block.text, self.printed[0]):
            raise Failure(f"the answer has no {', '.join(missing)}:\n{self.printed[0][:3000]}")

    def do_query(self, block: docs_blocks.Block) -> None:
        for text in block.text.strip().split("\n\n"):
            self.ask_about(re.sub(r"^#.*\n?", "", text, flags=re.MULTILINE))

    def ask_about(self, query: str) -> None:
        import promql_parser  # noqa: PLC0415  pages without queries do without it

        try:
            promql_parser.parse(query)
        except Exception as error:
            raise Failure(f"{query}: {error}") from None
        for name in re.findall(r"\bcleanup_\w+", query):
            is_histogram = self.metrics.get(re.sub(r"_(bucket|sum|count)$", "", name)) == "histogram"
            is_of_resource = re.fullmatch(r"cleanup_\w+_deleted_total", name)
            if not (name in self.metrics or is_histogram or is_of_resource):
                raise Failure(f"there is no metric {name}")

    @functools.cached_property
    def metrics(self) -> dict[str, str]:
        """The catalogue of the program, by type."""
        table = subprocess.check_output([os.environ["CLEANUPD_BINARY"], "metrics-table"], text=True)
        return dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", table, re.MULTILINE))


def page_folder(name: str) -> str:
    """README.md has its tests in Tests/Documents/readme, docs/a/b.md in Tests/Documents/a/b."""
    return name.removeprefix("docs/").removesuffix(".md").lower()


def command(*words: str) -> None:
    subprocess.run(words, check=True)


def isolate(work: pathlib.Path) -> None:
    """Makes the machine the page's own: an own loopback, empty /srv and /run, an /etc and other places that forget."""
    command("ip", "link", "set", "lo", "up")
    for place in ("/srv", "/run"):
        command("mount", "-t", "tmpfs", "-o", "mode=755", "none", place)
    layers = work / "layers"
    layers.mkdir()
    command("mount", "-t", "tmpfs", "none", str(layers))
    for place in ("/etc", "/usr/local", "/var/lib"):
        upper, scratch = (layers / (place.replace("/", "-") + end) for end in ("-upper", "-work"))
        upper.mkdir()
        scratch.mkdir()
        options = f"lowerdir={place},upperdir={upper},workdir={scratch}"
        command("mount", "-t", "overlay", "-o", options, "overlay", place)


def main() -> int:
    name, work = sys.argv[1], pathlib.Path(sys.argv[2])
    for place in (ROOT, work.resolve()):
        if place.is_relative_to("/srv") or place.is_relative_to("/run"):
            print(f"{name}: {place} would be hidden by the page's own /srv and /run: put the clone and TMPDIR elsewhere")
            return 1
    page = docs_blocks.read(name, (ROOT / name).read_text())
    isolate(work)
    session = Session(page, work)
    servers = work / "servers"
    servers.mkdir(mode=0o755)
    for server in page.servers:
        session.variables |= docs_servers.START[server](servers)
    ran = 0
    for block in page.blocks:
        started = time.monotonic()
        try:
            session.do(block)
        except Failure as failure:
            print(f"{name}:{block.line}: {block.kind} {block.argument}".rstrip() + f": {failure}")
            log = session.state / "service.log"
            if log.exists():
                print(f"The service says:\n{log.read_text()[-2000:]}")
            return 1
        ran += block.kind not in docs_blocks.STILL
        if os.environ.get("DOCS_VERBOSE"):
            print(f"{name}:{block.line}: {block.kind} {block.argument} {time.monotonic() - started:.1f} s")
            print("".join(session.printed) if block.kind in ("run", "test") else "")
    if session.shell("end_service") != 0:
        print(f"{name}: {session.tail()}")
        return 1
    print(f"{name}: {ran} blocks did what they say")
    return 0


if __name__ == "__main__":
    sys.exit(main())
