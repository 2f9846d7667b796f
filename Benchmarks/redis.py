"""A Redis server of its own, on loopback, which keeps nothing."""

import contextlib

from kit import free_port, need, output, server


class Redis:
    def __init__(self, port):
        self.port, self.url = port, f"redis://127.0.0.1:{port}"

    def cli(self, *arguments):
        return output(["redis-cli", "-p", str(self.port), *arguments])


@contextlib.contextmanager
def redis(folder):
    need("redis-server", "redis-cli", "redis-benchmark")
    one = Redis(free_port())
    command = ["redis-server", "--port", str(one.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with server([*command, "--dir", str(folder)], folder / "redis.log", lambda: one.cli("ping") == "PONG"):
        yield one
