"""deploy/container: the Dockerfile's promises. Its steps are run by scripts/test-deploy.sh."""

import pathlib
import re
import shlex

from . import common, dockerfile

FOLDER = "deploy/container"
# What operators have in their clone beside compose.yaml.
PRIVATE = ("deploy/compose/secrets", "deploy/compose/data", "deploy/compose/.env")


def problems(root: pathlib.Path) -> list[str]:
    whole = (root / FOLDER / "Dockerfile").read_text()
    lines = dockerfile.instructions(whole)
    stages = [number for number, (word, _) in enumerate(lines) if word == "FROM"]
    last = dict(dockerfile.last_stage(whole))
    found = []
    if len(stages) < 2 or not last["FROM"].startswith("debian:12-slim"):
        found.append("the last stage is not a slim one of its own")
    if not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", last.get("USER", "")):
        found.append("USER is not a number, or root: Kubernetes cannot tell that it is nobody's")
    if last.get("STOPSIGNAL") != "SIGTERM":
        found.append("STOPSIGNAL is not SIGTERM")
    for word in ("RUN", "ENV", "USER", "WORKDIR", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"):
        try:
            dockerfile.words(whole, word)
        except ValueError as error:
            found.append(str(error))
    for name in ("title", "description"):
        if f"org.opencontainers.image.{name}=" not in last.get("LABEL", ""):
            found.append(f"there is no label {name}")
    user = re.search(r"^user=(\d+)$", (root / FOLDER / "install.sh").read_text(), flags=re.M)
    if last.get("USER", "").partition(":")[0] != user[1]:
        found.append("USER is not the one that install.sh makes")
    named = {word for text in [value for _, value in lines] for word in shlex.split(text) if "/mnt/deploy/" in word}
    for word in named:
        if not (root / "deploy" / word.partition("/mnt/deploy/")[2]).exists():
            found.append(f"{word} is not there")
    patterns = ignore_patterns((root / FOLDER / "Dockerfile.dockerignore").read_text())
    found += [f"secrets could get into a layer: {name} is not ignored" for name in PRIVATE if not ignored(name, patterns)]
    lost = [name for name in [".git/HEAD", *common.tracked()] if ignored(name, patterns)]
    if lost:
        found.append(f"{lost[0]} is ignored, with {len(lost) - 1} more: the build lacks what it names, or is not of a commit")
    for word in ("scripts/install.sh", "scripts/release.sh"):
        if not (root / word).exists():
            found.append(f"{word} is not there")
    found = [f"{FOLDER}/Dockerfile: {text}" for text in found]
    return found + common.configuration_problems(
        root, "deploy/cleanup.yaml", (root / "deploy/cleanup.yaml").read_text()
    )


def ignore_patterns(text: str) -> list[tuple[bool, re.Pattern]]:
    """Whether a line ignores (or with `!` does not), and what: paths from the root on, with all beneath them."""
    patterns = []
    for line in (line.strip() for line in text.splitlines()):
        if line and not line.startswith("#"):
            parts = re.split(r"(\*\*/|\*\*|\*|\?)", line.removeprefix("!").strip("/"))
            words = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
            expression = "".join(words.get(part) or re.escape(part) for part in parts)
            patterns.append((not line.startswith("!"), re.compile(f"{expression}(/.*)?")))
    return patterns


def ignored(name: str, patterns: list[tuple[bool, re.Pattern]]) -> bool:
    return next((ignores for ignores, pattern in reversed(patterns) if pattern.fullmatch(name)), False)
