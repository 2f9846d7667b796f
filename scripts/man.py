#!/usr/bin/env python3
"""Writes manual pages, one for each command, from what the program's own parser says of itself.

  scripts/man.py BINARY FOLDER [--date 2026-01-31]     writes FOLDER/cleanupd.1, FOLDER/cleanupd-serve.1, ...

The text is that of --help: paragraphs, "Examples:", "Exit codes:", and "(environment: NAME)" of an option.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import textwrap

ENVIRONMENT = re.compile(r"environment: ([A-Z][A-Z0-9_]*)([^);:]*)")


def escaped(text: str) -> str:
    """As troff wants it: its own characters, and a hyphen that can be copied into a shell."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti").replace("…", "...").replace("“", "\\(lq").replace("”", "\\(rq")
    return "\\&" + text if text.startswith((".", "\\(aq")) else text


def bold(text: str) -> str:
    return f"\\fB{escaped(text)}\\fR"


def italic(text: str) -> str:
    return f"\\fI{escaped(text)}\\fR"


def wrapped(text: str) -> list[str]:
    lines = textwrap.wrap(" ".join(text.split()), 100, break_long_words=False, break_on_hyphens=False)
    return [escaped(line) for line in lines]


def name_of(option: dict) -> str:
    return ("--" if option["kind"] == "long" else "-") + option["name"]


def names(argument: dict) -> str:
    """`-v, --verbose VALUE` of an option, VALUE of an argument."""
    value = italic(argument.get("valueName", "value"))
    if argument["kind"] == "positional":
        return value
    text = ", ".join(bold(name_of(name)) for name in argument["names"])
    return f"{text} {value}" if argument["kind"] == "option" else text


def usage(argument: dict) -> str:
    """How it stands in the synopsis."""
    value = italic(argument.get("valueName", "value"))
    more = " ..." if argument.get("isRepeating") else ""
    if argument["kind"] == "positional":
        text = value + more
    else:
        text = bold(name_of(argument["preferredName"]))
        text += f" {value}{more}" if argument["kind"] == "option" else more
    return f"[{text}]" if argument.get("isOptional") else text


def paragraphs(discussion: str) -> dict[str, list[str]]:
    """The parts of a discussion: plain paragraphs under "", others under their first word or words before a colon."""
    parts: dict[str, list[str]] = {"": []}
    for block in re.split(r"\n\s*\n", discussion.strip()):
        head, colon, rest = block.partition(":")
        if colon and head in ("Examples", "Exit codes"):
            parts[head] = rest.strip("\n").splitlines() if head == "Examples" else [rest]
        elif block:
            parts[""].append(block)
    return parts


class Page:
    """One page in the macros of man(7)."""

    def __init__(self, name: str, abstract: str, stamp: tuple[str, str]):
        date, version = stamp
        self.lines = [
            f'.TH "{name.upper()}" "1" "{date}" "cleanupd {version}" "cleanupd"',
            ".SH NAME",
            f"{escaped(name)} \\- {escaped(abstract[:1].lower() + abstract[1:].rstrip('.'))}",
        ]

    def section(self, title: str, lines: list[str]) -> None:
        if lines:
            self.lines += [f".SH {title}", *lines]

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def tagged(entries: list[tuple[str, list[str]]]) -> list[str]:
    return [line for tag, text in entries for line in (".TP", tag, *text)]


def described(argument: dict) -> list[str]:
    lines = wrapped(argument.get("abstract") or "")
    if argument.get("discussion"):
        lines += wrapped(argument["discussion"])
    values = argument.get("allValues") or argument.get("allValueStrings")
    if values:
        lines += wrapped(f"One of: {', '.join(values)}.")
    default = argument.get("defaultValue")
    if default:
        lines += wrapped(f"Default: {default}.")
    return lines or ["\\&"]


def exit_codes(text: str) -> list[str]:
    pairs = re.findall(r"(\d+) ([^;.]+)", " ".join(text.split()))
    return tagged([(bold(code), wrapped(meaning[:1].upper() + meaning[1:] + ".")) for code, meaning in pairs])


def variables(arguments: list[dict]) -> list[str]:
    """What the help texts say of the environment."""
    entries = []
    for argument in arguments:
        for name, rest in ENVIRONMENT.findall(argument.get("abstract") or ""):
            what = rest.strip() or f"stands for {name_of(argument['preferredName'])}"
            entries.append((bold(name), wrapped(what[:1].upper() + what[1:] + ".")))
    return tagged(entries)


def shown(command: dict, key: str) -> list[dict]:
    return [part for part in command.get(key) or [] if part.get("shouldDisplay", True)]


def page(command: dict, above: dict | None, root: dict, stamp: tuple[str, str]) -> tuple[str, str]:
    name = command["commandName"] if above is None else f"{above['commandName']}-{command['commandName']}"
    typed = command["commandName"] if above is None else f"{above['commandName']} {command['commandName']}"
    arguments = shown(command, "arguments")
    commands = [part for part in shown(command, "subcommands") if part["commandName"] != "help"]
    parts = paragraphs(command.get("discussion") or "")
    result = Page(name, command.get("abstract") or name, stamp)
    synopsis = [usage(argument) for argument in arguments] + ([italic("command") + " ..."] if commands else [])
    result.section("SYNOPSIS", [bold(typed), *synopsis])
    abstract = wrapped(command.get("abstract") or "")
    plain = [line for block in parts[""] for line in (".PP", *wrapped(block))]
    result.section("DESCRIPTION", abstract + plain)
    listed = [(bold(part["commandName"]), wrapped(part.get("abstract") or "")) for part in commands]
    result.section("COMMANDS", tagged(listed))
    result.section("OPTIONS", tagged([(names(argument), described(argument)) for argument in arguments]))
    result.section("ENVIRONMENT", variables(arguments))
    codes = parts.get("Exit codes") or paragraphs(root.get("discussion") or "").get("Exit codes")
    result.section("EXIT STATUS", exit_codes(codes[0]) if codes else [])
    examples = textwrap.dedent("\n".join(parts.get("Examples", []))).strip("\n")
    result.section("EXAMPLES", [".EX", *map(escaped, examples.splitlines()), ".EE"] if examples else [])
    others = [root["commandName"]] + [f"{root['commandName']}-{part['commandName']}" for part in visible(root)]
    also = [f".BR {escaped(other)} (1)" + "," for other in sorted(others) if other != name]
    result.section("SEE ALSO", also[:-1] + [also[-1].rstrip(",")] if also else [])
    return name, result.text()


def visible(root: dict) -> list[dict]:
    return [part for part in shown(root, "subcommands") if part["commandName"] != "help"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--date", default="")
    options = parser.parse_args()
    say = lambda *arguments: subprocess.run([options.binary, *arguments], capture_output=True, text=True, check=True).stdout
    root = json.loads(say("--experimental-dump-help"))["command"]
    stamp = (options.date, say("--version").split()[0])
    options.folder.mkdir(parents=True, exist_ok=True)
    pages = [page(root, None, root, stamp)] + [page(part, root, root, stamp) for part in visible(root)]
    for name, text in pages:
        (options.folder / f"{name}.1").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
