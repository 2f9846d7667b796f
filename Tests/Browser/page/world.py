"""A service with real tasks over aged data, in a folder of its own."""

import asyncio
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from kit import PATIENCE_SECONDS, ROOT, Failure, equal, eventually

BINARY = os.environ.get("CLEANUPD_BINARY", str(ROOT / ".build/debug/cleanupd"))
ROLES = ["view", "operate", "admin"]
DAY = 86_400
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
C = ctypes.CDLL(None)

# {hour}: of a firing that no test lives to see.
CONFIGURATION = """
grace: 0m
state: sqlite:state/cleanup.db
http:
  listen: 127.0.0.1:0
  lifecycle: true
{http}
connections:
  data: {{ url: "file://data", protect: ["*.keep"] }}
  app: {{ url: "sqlite:app.db" }}
  sessions: {{ url: "json:sessions.json" }}
  absent: {{ url: "json:absent.json" }}
cycles:
  nightly: {{ schedule: "0 {hour} * * *", tasks: [backups, cache, events, logs, results, sessions, uploads] }}
  broken: {{ every: 1d, at_start: {at_start}, retry: {{ attempts: 1 }}, tasks: [broken] }}
  flaky: {{ every: 1d, at_start: {at_start}, retry: {{ attempts: 3, backoff: 1h }}, tasks: [flaky] }}
tasks:
  backups:
    files: {{ in: data, path: backups, match: ["*.dump"], group_by: directory }}
    keep: {{ last: 3, groups: {{ backups/prod: {{ last: 5 }} }} }}
  broken:
    resource: tokens
    records: {{ in: absent, at: /tokens, time: created_at }}
    remove: {{ older_than: 1d }}
  bulk:
    resource: clicks
    rows: {{ in: app, table: clicks, time: created_at }}
    remove: {{ older_than: 30d }}
    pace: {{ batch: 10, pause: 40ms, hold_file: hold }}
  cache:
    resource: cache_files
    files: {{ in: data, path: cache }}
    remove: {{ older_than: 12h }}
    quota: {{ of: data, path: cache, max: 1MiB, free_to: 80%, check_every: 1h }}
  events:
    rows: {{ in: app, table: events, time: created_at }}
    remove: {{ older_than: {{ setting: retention_days, default: 30d }} }}
  flaky:
    resource: tickets
    records: {{ in: absent, at: /tickets, time: created_at }}
    remove: {{ older_than: 1d }}
  logs:
    files: {{ in: data, path: logs, match: ["*.log"] }}
    compress: {{ older_than: 7d }}
    remove: {{ older_than: 30d }}
    keep: {{ match: ["*_worker.log"] }}
  results:
    rows: {{ in: app, table: results, key: id, orphan_of: {{ column: bot_id, table: bots, key: id }} }}
    remove: {{ orphan: true }}
    limits: {{ max_percent: 100 }}
  sessions:
    records: {{ in: sessions, at: /sessions, time: created_at, expires: expires_at }}
    remove: {{ expired: true }}
  uploads:
    files: {{ in: data, path: uploads }}
    remove: {{ older_than: 1h, orphan: true }}
    keep: {{ referenced_by: [{{ in: app, query: "SELECT path FROM uploads" }}] }}
    limits: {{ max_percent: 100 }}
"""


def die_with_parent():
    C.prctl(DEATH_SIGNAL, signal.SIGKILL)


class World:
    """The folder, and the service in it. Ages are counted from the making."""

    configuration = CONFIGURATION
    # What the service is started by.
    launcher = []

    def __init__(self, has_tokens=True, at_start=False, http="", now=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cleanupd-page-"))
        self.has_tokens = has_tokens
        self.at_start = at_start
        self.http = http
        self.now = now or time.time()
        self.process = None
        self.origin = None

    async def __aenter__(self):
        try:
            self.make()
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_):
        await self.stop()
        shutil.rmtree(self.folder)

    # Data

    def make(self):
        for role in ROLES:
            (self.folder / role).write_text(self.token(role))
        (self.folder / "state").mkdir()
        hour = (time.gmtime(self.now).tm_hour + 12) % 24
        http = self.http
        if self.has_tokens:
            http += "  tokens:\n" + "".join(f"    t_{role}: {{ role: {role}, file: {role} }}\n" for role in ROLES)
        text = self.configuration.format(http=http, hour=hour, at_start=str(self.at_start).lower())
        (self.folder / "cleanup.yaml").write_text(text)
        self.make_files()
        self.make_rows()
        sessions = {f"s-{n:02}": {"created_at": self.time(40 - n), "expires_at": self.time(30.5 - n)} for n in range(40)}
        (self.folder / "sessions.json").write_text(json.dumps({"sessions": sessions}))

    def make_files(self):
        for environment, count in [("prod", 9), ("qa", 5)]:
            for day in range(count):
                self.write(f"backups/{environment}/db-{day:02}.dump", 4096, day)
        for number in range(40):
            self.write(f"cache/shard-{number % 4}/page-{number:02}.cache", 16 << 10, (number + 0.5) / 24)
        for day in range(36):
            self.write(f"logs/app-{day:02}.log", 2048, day + 0.1)
        self.write("logs/payment_worker.log", 2048, 90)
        for number in range(130):
            self.write(f"uploads/{number:03}.bin", 1024, 2)

    def make_rows(self):
        data = self.connect()
        data.executescript("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE bots (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE results (id INTEGER PRIMARY KEY, bot_id INTEGER);
            CREATE TABLE uploads (path TEXT);
            CREATE TABLE events (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL);
            CREATE TABLE clicks (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL);
            CREATE INDEX clicks_by_time ON clicks (created_at);
            CREATE INDEX events_by_time ON events (created_at);
        """)
        data.executemany("INSERT INTO bots VALUES (?, ?)", [(n, f"bot-{n}") for n in range(20)])
        data.executemany("INSERT INTO results VALUES (?, ?)", [(n, n % 25) for n in range(100)])
        data.executemany("INSERT INTO uploads VALUES (?)", [(f"uploads/{n:03}.bin",) for n in range(60)])
        data.executemany("INSERT INTO events VALUES (?, ?)", [(n, self.time(n + 0.5)) for n in range(60)])
        data.executemany("INSERT INTO clicks VALUES (?, ?)", [(n, self.time(40 + n / 1000)) for n in range(2000)])
        data.commit()
        data.close()

    def path(self, name):
        return self.folder / "data" / name

    def write(self, name, size, days, fill=b"\x5a"):
        """A file of data, that old."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fill * size)
        self.age(name, days)

    def age(self, name, days):
        moment = self.now - days * DAY
        os.utime(self.path(name), (moment, moment))

    def time(self, days):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now - days * DAY))

    def names(self, path):
        """Files beneath a folder of data, by their paths from it."""
        top = self.path(path)
        return sorted(str(file.relative_to(top)) for file in top.rglob("*") if file.is_file())

    def connect(self):
        return sqlite3.connect(self.folder / "app.db", timeout=PATIENCE_SECONDS)

    def sql(self, text):
        data = self.connect()
        try:
            return data.execute(text).fetchall()
        finally:
            data.close()

    def count(self, table):
        return self.sql(f"SELECT count(*) FROM {table}")[0][0]

    # Service

    @staticmethod
    def token(role):
        return f"token-of-{role}"

    async def start(self):
        self.spawn(["serve", "--config", str(self.folder / "cleanup.yaml")])
        port = await eventually(self.listening, "the service listens")
        self.origin = f"http://127.0.0.1:{port}"

    def spawn(self, arguments, **environment):
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(
                [*self.launcher, BINARY, *arguments], stdout=log, stderr=log, cwd=self.folder,
                env={**os.environ, **environment}, preexec_fn=die_with_parent,
            )

    async def listening(self):
        text = self.log()
        if self.process.poll() is not None:
            raise Failure(f"cleanupd ended with {self.process.returncode}: {text}")
        found = re.search(r"action=http_listening .*port=(\d+)", text)
        return found and int(found[1])

    def log(self):
        return (self.folder / "log").read_text()

    async def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        await asyncio.to_thread(self.process.wait)

    # API

    def call(self, method, path, body=None, role="admin", expecting=None):
        """What the API answers, as JSON; past the page."""
        headers = {"Content-Type": "application/json"}
        if self.has_tokens:
            headers["Authorization"] = f"Bearer {self.token(role)}"
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.origin}/api/cleanup/{path}"
        request = urllib.request.Request(address, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        if expecting is not None or status >= 400:
            equal(status, expecting, f"status of {method} {path} ({text[:200]!r})")
        return json.loads(text) if text else {}

    async def ask(self, *arguments, **options):
        return await asyncio.to_thread(self.call, *arguments, **options)

    async def held(self, run=None):
        """A run of many batches, begun unless it is given, that waits in their midst until it is let go on; its id."""
        run = run or (await self.ask("POST", "run", {"tasks": ["bulk"], "dry_run": False}))["id"]

        async def begun():
            return any(one["done"] > 0 for one in (await self.ask("GET", "status"))["active"])

        await eventually(begun, "the run has begun")
        (self.folder / "hold").touch()
        return run

    def let_go(self):
        (self.folder / "hold").unlink()

    async def ended(self, run):
        """Waits for the end of a run, and gives its result."""

        async def result():
            found = await self.ask("GET", f"runs/{run}")
            return found if found["state"] == "ended" else None

        return await eventually(result, f"run {run} ends")
