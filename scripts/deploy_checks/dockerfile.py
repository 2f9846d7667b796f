#!/usr/bin/env python3
"""What the last stage of a Dockerfile says, for those that check it and those that do as it says without Docker.

Usage: dockerfile.py FILE INSTRUCTION        (prints its words, one a line; ends with 1 where it has none)
    RUN                     the command, without its mounts
    ENV                     NAME=VALUE
    USER                    user and group
    ENTRYPOINT, CMD, HEALTHCHECK        the command; as a list only, because a shell would not pass signals on
    VOLUME, WORKDIR, ...    as they stand there
"""

import json
import pathlib
import re
import shlex
import sys


def instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def last_stage(text: str) -> list[tuple[str, str]]:
    lines = instructions(text)
    return lines[max(number for number, (word, _) in enumerate(lines) if word == "FROM") :]


def words(text: str, instruction: str) -> list[str]:
    """Throws ValueError where it is not there once, or no list where one is due."""
    values = [value for word, value in last_stage(text) if word == instruction]
    if len(values) != 1:
        raise ValueError(f"{instruction} is there {len(values)} times")
    if instruction == "HEALTHCHECK":
        return command(instruction, values[0].partition("CMD ")[2])
    if instruction in ("ENTRYPOINT", "CMD"):
        return command(instruction, values[0])
    if instruction == "USER":
        user, _, group = values[0].partition(":")
        return [user, group or user]
    found = shlex.split(values[0])
    return [word for word in found if not word.startswith("--mount=")] if instruction == "RUN" else found


def command(instruction: str, text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(word, str) for word in found):
        raise ValueError(f"{instruction} is no list of words: a shell would stand before the program")
    return found


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print("\n".join(words(pathlib.Path(sys.argv[1]).read_text(), sys.argv[2])))
    except ValueError as error:
        print(f"{sys.argv[1]}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
