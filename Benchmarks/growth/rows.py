#!/usr/bin/env python3
"""Removes 10,000 to 10,000,000 rows of PostgreSQL: rows.py"""

import growth  # first: it says where kit is
from kit import Part, fail, forget, package, scratch
from postgres import postgres

INTRO = "All rows of a table with two indexes are due; `fsync` is on."


def main():
    with scratch() as folder, postgres(folder) as server:
        server.configure("main")
        file = folder / "cleanup.yaml"
        file.write_text(file.read_text().replace("\n  logs:\n", "\n  growing:\n"))

        def prepare(number):
            forget(folder)
            for text in ("DROP DATABASE IF EXISTS main WITH (FORCE)", "CREATE DATABASE main"):
                server.sql("postgres", text)
            server.sql("main", f"""CREATE TABLE logs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
                INSERT INTO logs SELECT n, now() - interval '1 year' + n * interval '1 second'
                    FROM generate_series(1, {number}) n;
                CREATE INDEX ON logs (created_at);""")
            server.sql("main", "VACUUM ANALYZE logs")
            server.sql("postgres", "CHECKPOINT")

        def check(number):
            left = server.sql("main", "SELECT count(*) FROM logs")
            if left != "0":
                fail(f"a run left {left} of {number} rows")

        part = Part("growth-rows", "Growth: rows", INTRO, folder, [package("postgresql-15")])
        growth.add(part, "run --force", "rows", growth.points(growth.decades(4, 7), folder, prepare, check))
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.finish()


main()
