#!/usr/bin/env python3
"""Removes 10 to 1,000 containers of a real dockerd that have never run: containers.py. Needs root."""

import contextlib
import http.client
import io
import json
import os
import signal
import socket
import tarfile
import time
from pathlib import Path

import growth  # first: it says where kit is
from kit import Part, configure, fail, forget, need, package, scratch, server

INTRO = """Containers of an empty image on a dockerd of its own, made and never started. Nearly all of the time is the engine's:
each is looked at once more and then removed, by a call each."""
# An engine takes the machine's own containerd if there is one: here its socket cannot be seen.
HIDING = 'for folder in /run/containerd /run/docker; do [ ! -d "$folder" ] || mount -t tmpfs none "$folder"; done; exec "$0" "$@"'


class Engine(http.client.HTTPConnection):
    """A connection to the socket of an engine."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(self.path)

    def call(self, method, path, body=None, kind="application/json"):
        self.request(method, path, body=body, headers={"Content-Type": kind} if body is not None else {})
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 300:
            fail(f"dockerd: {method} {path}: {answer.status} {text.decode()[:500]}")
        return text


@contextlib.contextmanager
def engine(folder):
    """A dockerd in name spaces of its own for mounts and processes, which end with it."""
    need("dockerd", "unshare")
    if os.geteuid() != 0:
        fail("starts dockerd, which needs root")
    path = f"{folder}/docker.sock"
    (folder / "daemon.json").write_text("{}")
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c", HIDING,
               "/usr/sbin/dockerd", "--config-file", f"{folder}/daemon.json", "--data-root", f"{folder}/engine", "--exec-root",
               f"{folder}/exec", "--pidfile", f"{folder}/dockerd.pid", "--host", f"unix://{path}", "--storage-driver=vfs",
               "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--shutdown-timeout=1"]

    def answers():
        try:
            return Engine(path).call("GET", "/_ping") == b"OK"
        except OSError:
            return False

    with server(command, folder / "docker.log", answers) as process:
        try:
            yield path
        finally:
            # Who holds the name spaces takes no signal; the engine, its only child, does.
            for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)


def empty_image():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    return content.getvalue()


def main():
    with scratch() as folder, engine(folder) as path:
        connection = Engine(path)
        connection.call("POST", "/images/create?fromSrc=-&repo=empty", empty_image(), "application/x-tar")
        configure(folder, f"""
connections: {{ docker: {{ url: "unix://{path}" }} }}
tasks:
  growing:
    containers: {{ in: docker, name: "bot-*", states: [created] }}
    remove: {{ older_than: 1s }}
    limits: {{ max_percent: 100 }}
""")
        body = json.dumps({"Image": "empty", "Cmd": ["/none"], "HostConfig": {"NetworkMode": "none"}})

        def prepare(number):
            forget(folder)
            for index in range(number):
                connection.call("POST", f"/containers/create?name=bot-{index}", body)
            time.sleep(1.5)

        def check(number):
            left = len(json.loads(connection.call("GET", "/containers/json?all=1")))
            if left:
                fail(f"a run left {left} of {number} containers")

        part = Part("growth-containers", "Growth: containers", INTRO, folder, [package("docker.io")])
        found = growth.points(growth.decades(1, 3), folder, prepare, check)
        growth.add(part, "run --force", "containers", found)
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.finish()


main()
