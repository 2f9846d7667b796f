#!/usr/bin/env python3
"""Checks what those are told who build on this package: Package.swift, examples/embedding, README.md and docs/embedding.md name
the same libraries, what these need, and the same toolchain; and dependencies are held to the minor versions that were
tested, which Package.resolved names where a build has made it. Then that each of the mistakes below is found.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS, EXAMPLE, PAGE = "Package.swift", "examples/embedding/Package.swift", "docs/embedding.md"
START, README, IMAGE = "docs/getting-started.md", "README.md", "deploy/container/Dockerfile"
FILES = (OURS, EXAMPLE, PAGE, START, README, IMAGE)

# file | what stands there | what is put in its place
MISTAKES = [
    (OURS, '.upToNextMinor(from: "2.101.2")', 'from: "2.101.2"'),
    (OURS, '.upToNextMinor(from: "2.101.2")', 'branch: "main"'),
    (OURS, '.library(name: "Telemetry", targets: ["Telemetry"]),', ""),
    (OURS, '.library(name: "Engine", targets', '.library(name: "Machine", targets'),
    (OURS, 'part("Retention"),', 'part("Retention", [product("Logging", "swift-log")]),'),
    (OURS, '[product("CoreMetrics", "swift-metrics")]', '[product("Logging", "swift-log")]'),
    (OURS, '["Engine", "Retention", "Telemetry"],', '["Engine", "Retention", "Stores", "Telemetry"],'),
    (OURS, "swift-tools-version:6.2", "swift-tools-version:6.3"),
    (EXAMPLE, "swift-tools-version:6.2", "swift-tools-version:6.1"),
    (EXAMPLE, ".macOS(.v15)", ".macOS(.v14)"),
    (EXAMPLE, '.package(name: "cleanupd"', '.package(name: "cleaner"'),
    (EXAMPLE, '                .product(name: "Telemetry", package: "cleanupd"),\n', ""),
    (PAGE, "| `Engine` |", "| `Machine` |"),
    (PAGE, "Three libraries", "Four libraries"),
    (PAGE, "| swift-metrics |", "| swift-log |"),
    (PAGE, "Swift 6.2 or newer", "Swift 6.0 or newer"),
    (README, "docs/embedding.md", "docs/embed.md"),
    (README, "of 6.2 or newer (it is built here with 6.3)", "of 6.1 or newer (it is built here with 6.3)"),
    (START, "of 6.2 or newer (it is built here with 6.3)", "of 6.2 or newer (it is built here with 6.4)"),
    (IMAGE, "ARG SWIFT=6.3", "ARG SWIFT=6.2"),
]
NUMBERS = {1: "One library", 2: "Two libraries", 3: "Three libraries", 4: "Four libraries"}


def problems(texts: dict[str, str]) -> list[str]:
    ours, example, page = texts[OURS], texts[EXAMPLE], texts[PAGE]
    libraries = set(re.findall(r'\.library\(name: "(\w+)"', ours))
    found = [*versions(ours), *toolchain(texts)]
    wanted = set(re.findall(r'\.product\(name: "(\w+)", package: "cleanupd"\)', example))
    here = re.search(r'name: "EmbeddingExample",\s*dependencies: \[([^\]]*)\]', ours)
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, flags=re.M))
    told = {name: needs for name, needs in told.items() if name[0].isupper()}
    compiled = set(re.findall(r'"(\w+)"', here[1])) if here else set()
    for where, names in ((EXAMPLE, wanted), (f"EmbeddingExample in {OURS}", compiled), (PAGE, set(told))):
        if names != libraries:
            found.append(f"{where} has {sorted(names)}, and the libraries are {sorted(libraries)}")
    if not page.partition("\n\n")[2].startswith(NUMBERS.get(len(libraries), "?")):
        found.append(f"{PAGE} does not begin with how many libraries there are")
    if '.package(name: "cleanupd", path: "../..")' not in example or 'name: "cleanupd",' not in ours:
        found.append(f"{EXAMPLE} does not depend on cleanupd in the folder above")
    platforms = [re.search(r"platforms: \[(.*)\]", text) for text in (ours, example)]
    if not all(platforms) or platforms[0][1] != platforms[1][1]:
        found.append(f"{EXAMPLE} and {OURS} have other platforms")
    if f"]({PAGE})" not in texts[README]:
        found.append(f"{README} does not lead to {PAGE}")
    return found + needs(ours, told)


def versions(ours: str) -> list[str]:
    """A rule of another kind, and one that is not of the version in use."""
    rules = re.findall(r'\.package\(url: "[^"]*/([^"/]+)", (.*)\),?$', ours, flags=re.M)
    if len(rules) != ours.count(".package("):
        return [f"{OURS}: a dependency is written in another way"]
    found, resolved = [], resolution()
    for name, rule in rules:
        floor = re.fullmatch(r'\.upToNextMinor\(from: "(\d+)\.(\d+)\.(\d+)"\)', rule)
        if not floor:
            found.append(f"{OURS}: {name} is not held to a minor version: {rule}")
            continue
        used = resolved.get(name.lower().removesuffix(".git"))
        least = tuple(map(int, floor.groups()))
        # A newer patch is taken as soon as there is one.
        if used and not least <= tuple(map(int, used.split("."))) < (least[0], least[1] + 1):
            found.append(f"{OURS}: {name} is tested with {used}, and its rule begins with {'.'.join(floor.groups())}")
    return found


def resolution() -> dict[str, str]:
    file = ROOT / "Package.resolved"
    pins = json.loads(file.read_text())["pins"] if file.exists() else []
    return {pin["identity"]: pin["state"]["version"] for pin in pins if "version" in pin["state"]}


def toolchain(texts: dict[str, str]) -> list[str]:
    """The oldest one, as the manifests have it, and the one that is used, as the image has it."""
    oldest = re.match(r"// swift-tools-version:([\d.]+)\n", texts[OURS])
    image = re.search(r"^ARG SWIFT=([\d.]+)$", texts[IMAGE], flags=re.M)
    if not oldest or not image:
        return [f"{OURS} or {IMAGE} names no toolchain"]
    found = []
    if not texts[EXAMPLE].startswith(oldest[0]):
        found.append(f"{EXAMPLE} is for another toolchain than {OURS}")
    for name in (PAGE, START, README):
        said = re.search(r"([\d.]+) or newer[;( ]+(?:it is )?built here with ([\d.]+\d)", texts[name])
        if not said or said.groups() != (oldest[1], image[1]):
            found.append(f"{name} does not say {oldest[1]} or newer, and {image[1]}")
    return found


def needs(ours: str, told: dict[str, str]) -> list[str]:
    """What a library alone brings with it; the engine brings all."""
    found = []
    for name in ("Retention", "Telemetry"):
        part = re.search(rf'part\("{name}"(?:, \[(.*)\])?\),', ours)
        packages = sorted(set(re.findall(r'product\("\w+", "([^"]+)"\)', part[1] or ""))) if part else ["?"]
        if told.get(name) != (", ".join(packages) or "nothing"):
            found.append(f"{PAGE}: {name} needs {told.get(name)}, and {OURS} says {packages}")
    return found


def main() -> int:
    texts = {name: (ROOT / name).read_text() for name in FILES}
    found = problems(texts)
    for name, right, wrong in [] if found else MISTAKES:
        if right not in texts[name]:
            found.append(f"{name}: there is no {right!r} that could be made wrong")
        elif not problems(texts | {name: texts[name].replace(right, wrong)}):
            found.append(f"{name}: nobody notices {wrong!r} in the place of {right!r}")
    print("\n".join(found) or f"check-embedding: all say the same, and {len(MISTAKES)} mistakes are noticed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
