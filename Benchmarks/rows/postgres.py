"""A PostgreSQL server of its own, on loopback, with fsync on, and the table that is cleaned."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import configure, fail, forget, free_port, run

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
DUE = "created_at < now() - interval '30 days'"
LOOP_BATCH, LOOP_PAUSE = 10_000, 0.1


class Postgres:
    def __init__(self, folder):
        self.folder, self.port = folder, free_port()

    def psql(self, database):
        return f"{PROGRAMS}/psql -h 127.0.0.1 -p {self.port} -U app -XAtq -v ON_ERROR_STOP=1 {database}"

    def sql(self, database, text):
        done = subprocess.run(self.psql(database).split(), input=text, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            fail(f"{text} failed")
        return done.stdout.strip()

    def fill(self, name, rows, order):
        """A table of requests with five indexes, one row a second: the older half is 30 days old and older, the other one
        25 days and younger; inserted in that order."""
        self.young = rows - rows // 2
        self.sql("postgres", f"CREATE DATABASE {name}")
        self.sql(name, f"""
            CREATE TABLE logs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, user_id int NOT NULL,
                model text NOT NULL, session_id text, status int, cost numeric);
            INSERT INTO logs (created_at, user_id, model, session_id, status, cost)
            SELECT now() - interval '30 days' + (n - {rows} / 2) * interval '1 second'
                    + CASE WHEN n > {rows} / 2 THEN interval '5 days' ELSE interval '-1 minute' END,
                n % 1000, 'model-' || n % 20, md5(n::text), n % 5, n / 1000.0 FROM generate_series(1, {rows}) n ORDER BY {order};
            CREATE INDEX ON logs (created_at); CREATE INDEX ON logs (user_id, created_at); CREATE INDEX ON logs (model);
            CREATE INDEX ON logs (session_id);""")
        self.sql(name, "VACUUM ANALYZE logs")

    def copy(self, source):
        """The database `copy`, fresh from that one, and an empty state."""
        for text in ("DROP DATABASE IF EXISTS copy WITH (FORCE)",
                     f"CREATE DATABASE copy TEMPLATE {source} STRATEGY file_copy", "CHECKPOINT"):
            self.sql("postgres", text)
        forget(self.folder)

    def check(self, name):
        due, young = self.sql("copy", f"SELECT count(*) FILTER (WHERE {DUE}), count(*) FILTER (WHERE NOT ({DUE})) FROM logs").split("|")
        if (int(due), int(young)) != (0, self.young):
            fail(f"{name} left {due} rows that were due, and {young} of {self.young} young ones")

    def configure(self, database):
        configure(self.folder, f"""
connections:
  main: {{ url: "postgres://app@127.0.0.1:{self.port}/{database}" }}
tasks:
  logs:
    rows: {{ in: main, table: logs, time: created_at }}
    remove: {{ older_than: 30d }}
""")

    def loop(self, rows):
        """The home-made loop that cleanupd replaces, as a file for psql: 10,000 of the oldest rows by their ids, then a
        pause of 100 ms, until no row is left. Each statement is a transaction of its own, as its client makes them."""
        batch = f"""WITH ids AS (SELECT id FROM logs WHERE {DUE} ORDER BY created_at LIMIT {LOOP_BATCH} FOR UPDATE SKIP LOCKED)
            DELETE FROM logs WHERE id IN (SELECT id FROM ids);\n"""
        full, rest = divmod(rows, LOOP_BATCH)
        file = self.folder / "loop.sql"
        # It rests after full batches only, and ends after a batch of nothing.
        file.write_text((batch + f"SELECT pg_sleep({LOOP_PAUSE});\n") * full + batch * (2 if rest else 1))
        return f"{self.psql('copy')} -f {file}"


@contextlib.contextmanager
def postgres(folder):
    if PROGRAMS is None:
        fail("PostgreSQL is missing: run scripts/install.sh bench")
    server = Postgres(folder)
    # PostgreSQL does not run as root.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    place = folder / "server"
    run(["install", "-d", *(["-o", "postgres"] if user else []), "-m", "700", str(place)])
    run([*user, f"{PROGRAMS}/initdb", "-D", f"{place}/data", "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync"], cwd="/")
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": place, "fsync": "on", "max_wal_size": "4GB",
                "client_min_messages": "warning"}
    options = f"-p {server.port} " + " ".join(f"-c {key}={value}" for key, value in settings.items())
    control = [*user, f"{PROGRAMS}/pg_ctl", "-D", f"{place}/data", "-w"]
    # A server that stays must not hold our pipe.
    subprocess.run([*control, "-l", f"{place}/log", "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield server
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/")
