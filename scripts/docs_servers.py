"""Real servers for a page, in name spaces of its own: each at the port that its documents take for granted."""

import os
import pathlib
import shutil
import subprocess
import time

PYTHON = pathlib.Path(os.environ.get("CLEANUPD_PYTHON", ".build/venv/bin/python"))
ACCESS_KEY, SECRET_KEY = "AKDOCS", "SKDOCSSKDOCS"


def until(what: str, seconds: float, attempt, child: subprocess.Popen, log: pathlib.Path) -> None:
    """Waits until an attempt succeeds, and fails with the log of a server that has ended instead."""
    end = time.monotonic() + seconds
    while not attempt():
        if child.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{what} does not answer: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def spawn(folder: pathlib.Path, name: str, *command: str, user: str | None = None) -> tuple:
    """Starts a server; gives it and its log."""
    log = folder / f"{name}.log"
    prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"] if user else []
    with log.open("w") as output:
        to = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        child = subprocess.Popen([*prefix, *command], cwd=folder, **to)
    return child, log


def succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def postgres(folder: pathlib.Path) -> dict[str, str]:
    """At port 5432 and in /run/postgresql; who comes from this machine may do everything, by the name docs."""
    binaries = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    home = folder / "postgres"
    for one in (home, pathlib.Path("/run/postgresql")):
        one.mkdir(mode=0o755)
        shutil.chown(one, "postgres")
    options = ["-D", str(home / "data"), "-U", "docs", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    child, log = spawn(folder, "initdb", str(binaries / "initdb"), *options, user="postgres")
    if child.wait() != 0:
        raise RuntimeError(f"PostgreSQL cannot make its files: {log.read_text()}")
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-c", "fsync=off", "-k", "/run/postgresql"]
    child, log = spawn(folder, "postgres", *command, "-c", "listen_addresses=127.0.0.1", user="postgres")
    variables = {"PGUSER": "docs", "PGHOST": "127.0.0.1"}
    url = "postgres://docs@127.0.0.1/postgres"
    until("PostgreSQL", 30, lambda: succeeds("psql", url, "-Xqc", "SELECT 1"), child, log)
    return variables


def redis(folder: pathlib.Path) -> dict[str, str]:
    """At port 6379, as coordination wants it: it forgets nothing at a restart, and evicts nothing."""
    home = folder / "redis"
    home.mkdir()
    options = ["--bind", "127.0.0.1", "--dir", str(home), "--save", "", "--appendonly", "yes"]
    child, log = spawn(folder, "redis", "redis-server", *options, "--maxmemory-policy", "noeviction")
    until("Redis", 10, lambda: succeeds("redis-cli", "ping"), child, log)
    return {}


def s3(folder: pathlib.Path) -> dict[str, str]:
    """SeaweedFS at port 8333."""
    home = folder / "s3"
    home.mkdir()
    identities = f"""{{"identities": [{{"name": "docs", "credentials": [{{"accessKey": "{ACCESS_KEY}",
        "secretKey": "{SECRET_KEY}"}}], "actions": ["Admin", "Read", "List", "Tagging", "Write"]}}]}}"""
    (folder / "s3.json").write_text(identities)
    weed = PYTHON.absolute().parent / "weed"
    options = [f"-dir={home}", f"-master.dir={home}", f"-admin.dataDir={home}", f"-s3.config={folder}/s3.json"]
    options += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-admin.ui=false", "-webdav=false"]
    options += ["-s3.port=8333", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    options += ["-volume.max=100", "-master.volumeSizeLimitMB=64"]
    child, log = spawn(folder, "weed", str(weed), "mini", *options)
    until("SeaweedFS", 60, lambda: stores("http://127.0.0.1:8333/ready"), child, log)
    return {"S3_ENDPOINT": "http://127.0.0.1:8333", "S3_ACCESS_KEY": ACCESS_KEY, "S3_SECRET_KEY": SECRET_KEY}


def stores(bucket: str) -> bool:
    """Whether an object could be written into a new bucket, both of which are gone again: an answer is no sign of that."""
    signed = ["curl", "-fsS", "--max-time", "10", "--aws-sigv4", "aws:amz:us-east-1:s3"]
    signed += ["-u", f"{ACCESS_KEY}:{SECRET_KEY}", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
    try:
        succeeds(*signed, "-X", "PUT", bucket)
        return succeeds(*signed, "-X", "PUT", "-d", "ready", f"{bucket}/ready")
    finally:
        succeeds(*signed, "-X", "DELETE", f"{bucket}/ready")
        succeeds(*signed, "-X", "DELETE", bucket)


def docker(folder: pathlib.Path) -> dict[str, str]:
    """A real engine at its usual socket, without a network."""
    (folder / "daemon.json").write_text("{}")
    options = ["--config-file", f"{folder}/daemon.json", "--data-root", f"{folder}/docker"]
    options += ["--exec-root", "/run/docker"]
    options += ["--pidfile", f"{folder}/dockerd.pid", "--host", "unix:///run/docker.sock", "--storage-driver=vfs"]
    options += ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--shutdown-timeout=1"]
    child, log = spawn(folder, "dockerd", "dockerd", *options)
    ping = ("curl", "-fsS", "--unix-socket", "/run/docker.sock", "http://docker/_ping")
    until("dockerd", 60, lambda: succeeds(*ping), child, log)
    return {"DOCKER_DATA": f"{folder}/docker", "DOCKERD": " ".join(["dockerd", *options])}


START = {"postgres": postgres, "redis": redis, "s3": s3, "docker": docker}
