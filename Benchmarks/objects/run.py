#!/usr/bin/env python3
"""Removes the objects of a bucket on SeaweedFS that nothing refers to, beside s5cmd, rclone and the aws CLI: run.py

BENCH_OBJECTS=100000: objects, half of them orphans. The peers are told which keys by a pattern.
"""

import os

from bucket import bucket, versions  # first: it says where kit is
from kit import CLEANUPD, VENV, Part, forget, need, package, scratch, size, take_turns, turns_of

INTRO = """Half of the objects are named by no row of a database. cleanupd lists the bucket, asks the database, writes the
ledger and looks at each object again on a server that can compare (`If-Match`); the peers list, and remove what matches
a pattern, which here happens to be the same keys: none of them can ask a database, and what is overwritten meanwhile they
lose."""


def main():
    need("rclone")
    objects = size(int(os.environ.get("BENCH_OBJECTS", "100000")), least=200)
    with scratch() as folder, bucket(folder) as one:
        part = Part("objects", "Objects", INTRO, folder, [*versions(), package("rclone")])
        one.fill(objects)
        one.configure()
        rclone = folder / "rclone.conf"
        rclone.write_text(f"[bench]\ntype = s3\nprovider = Other\nenv_auth = true\nendpoint = {one.endpoint}\n")
        commands = {
            "cleanupd": f"{CLEANUPD} run orphans --force",
            "s5cmd rm": f"{one.s5cmd} rm 's3://bench/previews/*-gone.bundle'",
            "rclone delete": f"rclone --config {rclone} delete bench:bench/previews --include '*-gone.bundle'",
            "aws s3 rm": f"{VENV}/bin/aws --endpoint-url {one.endpoint} s3 rm s3://bench/previews/ --recursive --quiet "
                         "--exclude '*' --include '*-gone.bundle'",
        }

        def prepare():
            forget(folder)
            one.put_orphans()

        seconds = take_turns({name: (prepare, command, one.check) for name, command in commands.items()}, turns_of(3), folder)
        part.compare(f"{objects // 2:,} of {objects:,} objects", seconds, "cleanupd", [
            ("s5cmd rm", "asks for a thousand keys at once"),
            ("rclone delete", "several at a time, each key alone"), ("aws s3 rm", "each key alone"),
        ])
        for command in commands.values():
            part.command(command.replace(str(one.s5cmd.split()[0]), "s5cmd"))
        part.finish()


main()
