#!/usr/bin/env python3
"""Removes the orphans among 100 to 100,000 objects on SeaweedFS, and plans up to 1,000,000 on a stub: objects.py"""

import socket
import sys

import growth  # first: it says where kit is
from bucket import Bucket, bucket, versions
from kit import HERE, Part, fail, forget, free_port, planned, run, scratch, server

INTRO = """Half of the objects are named by no row of a database and go. A million objects would take SeaweedFS longer to
take in than all other parts together, so that beyond 100,000 there is only a plan, of a listing which a stub makes up:
there 99 of 100 objects are referred to."""


def on_seaweed(part, folder):
    with bucket(folder) as one:
        def prepare(number):
            one.configure()
            text = (folder / "cleanup.yaml").read_text()
            (folder / "cleanup.yaml").write_text(text.replace("\n  orphans:\n", "\n  growing:\n"))
            forget(folder)
            # What the last turn kept is put again, and only the orphans are missing then.
            one.fill(number)
            one.put_orphans()

        found = growth.points(growth.decades(2, 5), folder, prepare, lambda number: one.check("a run"), large=100_000)
        growth.add(part, "run --force", "objects", found)


def on_stub(part, folder):
    numbers = growth.decades(4, 6)
    for number in numbers:
        run([sys.executable, str(HERE / "objects/make-objects.py"), "--references-only", f"{folder}/{number}.db", str(number)])

    found = []
    for number in numbers:
        port = free_port()
        stub = Bucket(folder, f"http://127.0.0.1:{port}")
        stub.configure(references=f"{number}.db")
        command = [sys.executable, str(HERE / "objects/listing-server.py"), str(port), str(number)]
        with server(command, folder / "stub.log", lambda: is_open(port)):
            forget(folder)
            if planned("orphans") != (number, number // 100):
                fail(f"of {number} objects the plan is {planned('orphans')}")
            found += growth.points([number], folder, lambda _: forget(folder), lambda _: None,
                                   f"{growth.CLEANUPD} plan orphans")
    growth.add(part, "plan, on the stub", "objects", found)


def is_open(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def main():
    with scratch() as folder:
        part = Part("growth-objects", "Growth: objects", INTRO, folder, versions()[:1])
        on_seaweed(part, folder)
        on_stub(part, folder)
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.command(f"{growth.CLEANUPD} plan orphans")
        part.finish()


main()
