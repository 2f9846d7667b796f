#!/usr/bin/env python3
"""Besieges a running service while it cleans, and measures how it answers.

Standard input: {"port", "pid", "token", "connections", "slow", "scrapers", "seconds"}.
    connections   idle ones that are opened one after the other, and held as long as the service holds them
    slow          clients that send a head, a body or nothing byte by byte, and come again when they are given up
    scrapers      parallel ones, each of which asks for /metrics again and again
    seconds       how long all of them go on together
Beside them, all the time: bodies of 1 GiB, bombs of headers, clients that ask and take no answer; and, from a process of
its own, one scrape after the other on new connections, which is what is measured. After each it computes a little, which
shows how much of a processor there is to be had just then (`slowdown`: 1 = a whole one).
Prints one JSON document of numbers. Each attack has a part of loopback to itself; nothing leaves the machine.
"""

import asyncio
import contextlib
import json
import multiprocessing
import resource
import socket
import sys
import time

PATIENCE = 30
GIBIBYTE = 1 << 30
METRICS = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Siege:
    def __init__(self, given):
        self.given = given
        self.port = given["port"]
        self.end = 0.0
        self.counts = {}
        self.others = []
        self.memory = []

    def add(self, name, number=1):
        self.counts[name] = self.counts.get(name, 0) + number

    async def open(self, address="127.0.0.1"):
        return await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0), limit=1 << 20), PATIENCE
        )

    async def exchange(self, request, address="127.0.0.1"):
        """What is answered until the end, and the seconds from before the connection to then."""
        start = time.monotonic()
        reader, writer = await self.open(address)
        try:
            writer.write(request)
            answer = await asyncio.wait_for(reader.read(-1), PATIENCE)
        finally:
            writer.transport.abort()
        return answer, time.monotonic() - start

    async def scrape_in_parallel(self, number):
        while time.monotonic() < self.end:
            try:
                answer, seconds = await self.exchange(METRICS, f"127.3.0.{1 + number % 250}")
                self.others.append(seconds)
                self.add("parallel_scrapes" if answer.startswith(b"HTTP/1.1 200 ") else "parallel_refused")
            except (OSError, TimeoutError):
                self.add("parallel_failed")
            await asyncio.sleep(5)

    # Attacks.

    async def idle(self):
        held = []
        start = time.monotonic()
        pace = self.given["seconds"] * 0.8 / self.given["connections"]
        for number in range(self.given["connections"]):
            await asyncio.sleep(max(0.0, start + number * pace - time.monotonic()))
            with contextlib.suppress(OSError, TimeoutError):
                held.append(await self.open(f"127.4.{number // 250}.{1 + number % 250}"))
                self.add("idle_opened")
        while time.monotonic() < self.end:
            await asyncio.sleep(0.1)
        self.add("idle_ended_by_service", sum(reader.at_eof() or writer.is_closing() for reader, writer in held))
        for _, writer in held:
            writer.transport.abort()

    async def slow(self, number):
        """A head, a body that needs no token, or nothing at all: a byte each second."""
        login = b"POST /cleanup/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
        beginning = [b"GET /metrics HTTP/1.1\r\nX-A: ", login, b""][number % 3]
        while time.monotonic() < self.end:
            with contextlib.suppress(OSError, TimeoutError):
                reader, writer = await self.open(f"127.5.{number // 250}.{1 + number % 250}")
                self.add("slow_opened")
                writer.write(beginning)
                while time.monotonic() < self.end and not (reader.at_eof() or writer.is_closing()):
                    await asyncio.sleep(1)
                    writer.write(b"x" if beginning else b"")
                writer.transport.abort()

    async def long_body(self, head):
        """1 GiB, as far as the service takes it."""
        block = b"x" * (1 << 16)
        while time.monotonic() < self.end:
            sent = 0
            with contextlib.suppress(OSError, TimeoutError):
                reader, writer = await self.open("127.6.0.1")
                writer.write(head)
                while sent < GIBIBYTE and time.monotonic() < self.end and not (reader.at_eof() or writer.is_closing()):
                    writer.write(b"10000\r\n" + block + b"\r\n" if b"chunked" in head else block)
                    await asyncio.wait_for(writer.drain(), PATIENCE)
                    sent += len(block)
                    await asyncio.sleep(0)
                writer.transport.abort()
            self.add("long_bodies")
            self.counts["most_taken_of_a_body"] = max(self.counts.get("most_taken_of_a_body", 0), sent)
            await asyncio.sleep(0.2)

    async def bomb(self):
        """Heads of 10 MiB: many headers, a long one, a long path."""
        many = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(10_000))
        bombs = [b"GET /metrics HTTP/1.1\r\nHost: a\r\n" + many, b"GET /metrics HTTP/1.1\r\nX-A: " + b"a" * (10 << 20)]
        bombs.append(b"GET /" + b"a" * (10 << 20) + b" HTTP/1.1\r\n")
        while time.monotonic() < self.end:
            for head in bombs:
                with contextlib.suppress(OSError, TimeoutError):
                    answer, _ = await self.exchange(head + b"\r\n", "127.7.0.1")
                    self.add("bombs_answered_well", b" 200 " in answer.split(b"\r\n")[0])
                self.add("bombs")
            await asyncio.sleep(0.2)

    async def take_nothing(self, number):
        """Asks much, and reads none of it."""
        ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200
        while time.monotonic() < self.end:
            plain = socket.socket()
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            plain.setblocking(False)
            with plain, contextlib.suppress(OSError, TimeoutError):
                plain.bind((f"127.8.0.{1 + number}", 0))
                loop = asyncio.get_running_loop()
                await asyncio.wait_for(loop.sock_connect(plain, ("127.0.0.1", self.port)), PATIENCE)
                self.add("deaf_opened")
                await asyncio.wait_for(loop.sock_sendall(plain, ask), 5)
                while time.monotonic() < self.end:
                    await asyncio.sleep(0.5)

    # The service.

    async def watch(self):
        while time.monotonic() < self.end:
            with open(f"/proc/{self.given['pid']}/status") as status:
                lines = dict(line.split(":", 1) for line in status)
            self.memory.append(int(lines["VmRSS"].split()[0]) // 1024)
            await asyncio.sleep(0.25)

    async def deleted(self):
        answer, _ = await self.exchange(METRICS)
        lines = answer.decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("cleanup_items_deleted_total{"))

    async def run(self):
        token = self.given["token"].encode()
        head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s\r\n"
        sized, chunked = b"Content-Length: %d\r\n" % GIBIBYTE, b"Transfer-Encoding: chunked\r\n"
        known = b"Authorization: Bearer " + token + b"\r\n"
        before = await self.deleted()
        self.end = time.monotonic() + self.given["seconds"]
        bodies = [head % (b"/cleanup/login", length) for length in (sized, chunked)]
        bodies += [head % (b"/api/cleanup/run", known + length) for length in (sized, chunked)]
        await asyncio.gather(
            self.watch(),
            self.idle(),
            self.bomb(),
            *(self.scrape_in_parallel(number) for number in range(self.given["scrapers"])),
            *(self.slow(number) for number in range(self.given["slow"])),
            *(self.long_body(body) for body in bodies),
            *(self.take_nothing(number) for number in range(20)),
        )
        after = await self.deleted()
        return self.counts | {
            "parallel_p99": percentile(self.others, 0.99),
            "memory_first": self.memory[0],
            "memory_most": max(self.memory),
            "deleted": [before, after],
        }


# What is measured.


def slowdown():
    """Seconds that pass while this process computes for one."""
    wall, own = time.perf_counter(), time.thread_time()
    sum(range(200_000))
    return (time.perf_counter() - wall) / (time.thread_time() - own)


def ask(port):
    """What is answered on a connection of its own, and the seconds of it all."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(METRICS)
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer, time.monotonic() - start


def measure(port, ends, results):
    """Scrapes until that is over, as one who comes anew each time."""
    counts = {"scrapes": 0, "scrapes_refused": 0, "scrapes_failed": 0}
    scrapes, slowdowns = [], []
    while not ends.wait(0.05):
        try:
            answer, seconds = ask(port)
            ok = answer.startswith(b"HTTP/1.1 200 ") and b"cleanup_items_deleted_total" in answer
            counts["scrapes" if ok else "scrapes_refused"] += 1
            scrapes.append(seconds)
        except OSError:
            counts["scrapes_failed"] += 1
        slowdowns.append(slowdown())
    figures = {"scrape_p50": (scrapes, 0.5), "scrape_p99": (scrapes, 0.99), "slowdown": (slowdowns, 0.9)}
    results.put(counts | {name: percentile(*values) for name, values in figures.items()})


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


def main():
    given = json.load(sys.stdin)
    needed = given["connections"] + 4096
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # More than the machine usually allows is for root.
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, max(hard, needed)))
    processes = multiprocessing.get_context("spawn")
    ends, results = processes.Event(), processes.Queue()
    measuring = processes.Process(target=measure, args=(given["port"], ends, results))
    measuring.start()
    counts = asyncio.run(Siege(given).run())
    ends.set()
    json.dump(counts | results.get(timeout=2 * PATIENCE), sys.stdout)
    measuring.join()


if __name__ == "__main__":
    main()
