#!/usr/bin/env python3
"""Checks the direction of imports: arrows go down only.

    cleanupd -> Console -> Engine -> Stores, State, Coordination -> Clients -> C modules
    Retention and Telemetry are leaves that those above Clients may use.

Looks at the `import` lines of Sources/ and at the dependencies of the targets in Package.swift, and gives for each
forbidden edge the reason. Tests and benchmarks may import anything. The tables below are the rules: an edge that is
not in them is forbidden. --self-test checks that forbidden edges are found.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Module: (own modules that it may import, why no others).
EDGES = {
    "Retention": ((), "Retention decides from values alone: no I/O, no clock, no logger, nothing of ours beneath it"),
    "Telemetry": ((), "Telemetry is a leaf: everything may report to it, so it can depend on nothing of ours"),
    "CBuild": ((), "C modules are the bottom"),
    "CLinux": ((), "C modules are the bottom"),
    "CLibPQ": ((), "C modules are the bottom"),
    "CHiredis": ((), "C modules are the bottom"),
    "CZlib": ((), "C modules are the bottom"),
    "CDeflate": ((), "C modules are the bottom"),
    "Clients": (
        ("CDeflate", "CHiredis", "CLibPQ", "CLinux", "CZlib"),
        "Clients speak to one outside world each and are ignorant of retention, metrics and of each other's users",
    ),
    "Stores": (
        ("Retention", "Telemetry", "Clients"),
        "Stores turn a client into items; system calls belong to Clients, and runs, history and locks to those above",
    ),
    "State": (
        ("Retention", "Telemetry", "Clients", "CLinux"),
        "State stores what the engine did; it neither sees what is cleaned (Stores) nor who asks (Engine and above)",
    ),
    "Coordination": (
        ("Retention", "Telemetry", "State", "Clients", "CLinux"),
        "Coordination decides who may act, whatever the act; it knows no store and no engine, and of the state its own marks",
    ),
    "Engine": (
        ("Retention", "Telemetry", "Stores", "State", "Coordination"),
        "Engine reaches the world only through Stores, State and Coordination, so that every run is guarded and recorded",
    ),
    "CleanupConfiguration": (
        ("Retention",),
        "Configuration turns text into checked values; what is built from them is the business of cleanupd",
    ),
    "Console": (
        ("Retention", "Telemetry", "Engine", "Clients"),
        "Console asks the engine; with a store, a state or a lock in its hands a request could go round the guards",
    ),
    "cleanupd": (
        (
            "Retention", "Telemetry", "Clients", "Stores", "State", "Coordination", "Engine", "CleanupConfiguration",
            "Console", "CBuild",
        ),
        "cleanupd builds the concrete types and is imported by nobody; C modules of the system are behind Clients",
    ),
}

ANYWHERE = set(EDGES)
SHELL = {"Engine", "Console", "cleanupd"}
# Module of a package: (own modules that may import it, why no others).
PACKAGES = {
    "ArgumentParser": ({"cleanupd"}, "commands are defined in one place"),
    "CoreMetrics": ({"Telemetry"}, "our own metrics go through Telemetry's catalogue"),
    "Metrics": ({"cleanupd"}, "only the program installs the metrics back end"),
    "Crypto": (ANYWHERE - {"Retention", "Telemetry"}, "leaves have no use for hashes"),
    "GRDB": ({"State", "Clients"}, "SQL stays behind the state store and the SQLite client"),
    "GRDBSQLite": ({"Clients"}, "SQLite's C interface stays behind the SQLite client"),
    "HTTPTypes": ({"Console"}, "HTTP ends at the console"),
    "Hummingbird": ({"Console"}, "HTTP ends at the console"),
    "HummingbirdCore": ({"Console"}, "HTTP ends at the console"),
    "Mustache": ({"Console"}, "HTML is made at the console"),
    "Logging": (
        ANYWHERE - {"Retention", "Telemetry", "Clients", "Stores"},
        "those beneath the engine report by values and errors, which the engine logs with the task's name",
    ),
    "NIOCore": ({"Console", "Clients"}, "event loops belong to network clients and to the console"),
    "NIOPosix": ({"Console", "Clients"}, "event loops belong to network clients and to the console"),
    "AsyncHTTPClient": ({"Clients"}, "requests to Docker, to webhooks and to a running service are made by their clients"),
    "NIOFoundationCompat": ({"Clients"}, "bytes of replies are handed to Foundation's decoders by clients"),
    "NIOHTTP1": ({"Console", "Clients"}, "HTTP belongs to network clients and to the console"),
    "NIOTLS": ({"Clients"}, "the end of a TLS handshake is told by an event of this module"),
    "NIOSSL": ({"Console", "Clients"}, "TLS belongs to network clients and to the console"),
    "ServiceLifecycle": (SHELL | {"Coordination"}, "only long-lived things are services"),
    "UnixSignals": ({"cleanupd"}, "signals are the program's business"),
    "Yams": ({"CleanupConfiguration"}, "YAML ends where it becomes checked values"),
}

# Modules of the toolchain. Retention gets no system interface: Foundation for time zones only.
TOOLCHAIN = {"Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization"}
PURE = {"Foundation", "FoundationEssentials"}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
FOLDERS = {"Configuration": "CleanupConfiguration"}


def refusal(importer: str, imported: str) -> str | None:
    """Why `importer` must not use `imported`; None if it may."""
    if importer not in EDGES:
        return f"{importer} is not in the table of scripts/check-arrows.py; say there what it may import, and why"
    if imported == importer:
        return None
    allowed, reason = EDGES[importer]
    if imported in EDGES:
        return None if imported in allowed else reason
    if imported in TOOLCHAIN:
        pure = importer != "Retention" or imported in PURE
        return None if pure else EDGES["Retention"][1]
    if imported in PACKAGES:
        users, reason = PACKAGES[imported]
        return None if importer in users else f"{imported}: {reason} ({', '.join(sorted(users))} only)"
    return f"{imported} is not in the table of scripts/check-arrows.py; say there who may import it, and why"


def edges_of_sources(sources: pathlib.Path):
    for file in sorted(sources.glob("*/**/*.swift")):
        folder = file.relative_to(sources).parts[0]
        text = file.read_text()
        for match in IMPORT.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            yield f"{file.relative_to(sources.parent)}:{line}", FOLDERS.get(folder, folder), match.group(1)


def edges_of_manifest(root: pathlib.Path):
    manifest = json.loads(
        subprocess.run(["swift", "package", "dump-package"], cwd=root, check=True, stdout=subprocess.PIPE).stdout
    )
    for target in manifest["targets"]:
        if target["name"] not in EDGES:  # Tests, benchmarks and an example.
            others = ("Tests/", "Benchmarks/", "examples/")
            if not (target.get("path") or "").startswith(others) and target["type"] != "test":
                yield "Package.swift", target["name"], target["name"]
            continue
        for dependency in target["dependencies"]:
            (names,) = dependency.values()
            yield "Package.swift", target["name"], names[0]


def self_test() -> list[str]:
    forbidden = [
        ("Clients", "Retention"), ("Retention", "Telemetry"), ("Retention", "Glibc"), ("Retention", "Logging"),
        ("Telemetry", "Retention"), ("Stores", "Engine"), ("Stores", "State"), ("State", "Stores"),
        ("Engine", "Console"), ("Engine", "Clients"), ("Console", "Stores"), ("Console", "GRDB"), ("Clients", "Unheard"),
        ("Unheard", "Retention"), ("CleanupConfiguration", "Stores"), ("Engine", "Hummingbird"),
    ]
    wrong = [f"{a} -> {b} is allowed" for a, b in forbidden if refusal(a, b) is None]
    line = "@preconcurrency package import struct Engine.Run // why"
    if [match.group(1) for match in IMPORT.finditer(line)] != ["Engine"]:
        wrong.append(f"not recognised: {line}")
    return wrong


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
        print("\n".join(problems) or "check-arrows: the forbidden edges are found")
        return 1 if problems else 0
    problems = self_test()
    count = 0
    for place, importer, imported in [*edges_of_sources(ROOT / "Sources"), *edges_of_manifest(ROOT)]:
        count += 1
        if reason := refusal(importer, imported):
            problems.append(f"{place}: {importer} -> {imported} is forbidden. {reason}.")
    print("\n".join(problems) or f"check-arrows: {count} edges, all go down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
