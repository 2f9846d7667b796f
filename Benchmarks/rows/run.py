#!/usr/bin/env python3
"""Removes the older half of a table of PostgreSQL, beside a home-made loop, one DELETE and pg_partman: run.py

BENCH_ROWS=1000000: rows. Each command has a fresh copy of the same table, and must leave no row that is due.
"""

import os

from postgres import DUE, PROGRAMS, postgres  # first: it says where kit is
from kit import CLEANUPD, Part, output, package, scratch, size, take_turns, turns_of

INTRO = """Half of a table with five indexes is due, and goes from a server with `fsync` on. The home-made loop is that of the
service which cleanupd replaces: 10,000 of the oldest rows at a time, by their ids, `FOR UPDATE SKIP LOCKED`, then 100 ms of
rest. cleanupd writes each batch to its ledger first and adapts its size to the server. One single DELETE holds its locks
and its snapshot from the first row to the last, and is here as the most that a database can do."""
SHUFFLED = "rows lie in no order of time on the disk"
PARTMAN = """`run_maintenance` of pg_partman drops whole partitions, and looks at no row: that takes next to no time, however
many rows there are. It wants a table that was partitioned by time from the start, removes by the day and not by the row, and
knows no exceptions (`keep`, references, holds); it keeps no account of what went. What that costs is the ratio. Since this
is not the same work, the target is one of seconds: 50,000 rows in each, of the same partitioned table"""
DAYS = 20


def partitioned(server, rows):
    """As many rows in partitions of a day, half of them older than 30 days, and what pg_partman knows of them."""
    first, last = f"date_trunc('day', now()) - interval '{31 + DAYS} days'", "date_trunc('day', now())"
    server.young = rows - rows // 2
    server.sql("postgres", "CREATE DATABASE parts")
    server.sql("parts", f"""
        CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;
        CREATE TABLE logs (id bigint NOT NULL, created_at timestamptz NOT NULL, user_id int NOT NULL, model text NOT NULL,
            session_id text, status int, cost numeric) PARTITION BY RANGE (created_at);
        CREATE INDEX ON logs (created_at); CREATE INDEX ON logs (user_id, created_at); CREATE INDEX ON logs (model);
        CREATE INDEX ON logs (session_id); CREATE INDEX ON logs (id);
        SELECT partman.create_parent('public.logs', 'created_at', 'native', 'daily', p_start_partition := ({first})::text);
        UPDATE partman.part_config SET retention = '30 days', retention_keep_table = false WHERE parent_table = 'public.logs';
        INSERT INTO logs SELECT n, CASE WHEN n % 2 = 0 THEN {first} ELSE {last} - interval '{DAYS} days' END
                + n / 2 % {DAYS} * interval '1 day' + n % 86000 * interval '1 second',
            n % 1000, 'model-' || n % 20, md5(n::text), n % 5, n / 1000.0 FROM generate_series(1, {rows}) n;""")
    server.sql("parts", "VACUUM ANALYZE logs")


def main():
    rows, turns = size(int(os.environ.get("BENCH_ROWS", "1000000")), least=2000), turns_of(3)
    with scratch() as folder, postgres(folder) as server:
        versions = [output([server.psql("postgres").split()[0], "--version"]), package("postgresql-15-partman")]
        part = Part("rows", "Rows of PostgreSQL", INTRO, folder, versions)
        ours = f"{CLEANUPD} run logs --force"
        loop = server.loop(rows // 2)
        single = f'{server.psql("copy")} -c "DELETE FROM logs WHERE {DUE}"'
        maintenance = f'{server.psql("copy")} -c "CALL partman.run_maintenance_proc()"'
        server.configure("copy")
        for order, key, peers in (
            ("in order", "n", [("home-made loop", ""), ("one DELETE", "")]),
            ("shuffled", "md5(n::text)", [("home-made loop", SHUFFLED), ("one DELETE", SHUFFLED)]),
        ):
            server.fill("source", rows, key)
            seconds = take_turns({
                name: (lambda: server.copy("source"), command, server.check)
                for name, command in {"one DELETE": single, "cleanupd": ours, "home-made loop": loop}.items()
            }, turns, folder)
            part.compare(f"{rows // 2:,} of {rows:,} rows, {order}", seconds, "cleanupd", peers)
            server.sql("postgres", "DROP DATABASE source")
        partitioned(server, rows)
        seconds = take_turns({
            name: (lambda: server.copy("parts"), command, server.check)
            for name, command in {"cleanupd": ours, "pg_partman": maintenance}.items()
        }, turns, folder)
        part.row(f"{rows // 2:,} of {rows:,} rows, {DAYS} of {2 * DAYS} partitions", "s", seconds["cleanupd"], "pg_partman",
                 seconds["pg_partman"], note=PARTMAN)
        for command in (ours, f"{loop}  # as rows/postgres.py writes it", single, maintenance):
            part.command(command.replace(f"{PROGRAMS}/", ""))
        part.finish()


main()
