#!/usr/bin/python3
"""Checks the manual and the completions of an installed package against what its program says of itself: each command has a
page, in which mandoc finds nothing and which names each option of --help and no other; bash, zsh and fish read their file and
offer each command, and behind it each option. Then that each of the mistakes below, made in a copy, is found.

Usage: scripts/check-installed.py ROOT PROGRAM...      (the folder that is / for the package; how to run it: chroot ROOT cleanupd)
"""

import concurrent.futures
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MANUAL = "usr/share/man/man1"
FILES = {
    "bash": "usr/share/bash-completion/completions/cleanupd",
    "zsh": "usr/share/zsh/vendor-completions/_cleanupd",
    "fish": "usr/share/fish/vendor_completions.d/cleanupd.fish",
}
SYNTAX = {"bash": ["bash", "-n"], "zsh": ["zsh", "-f", "-n"], "fish": ["fish", "--no-config", "--no-execute"]}
# Each is given the file and the commands, and prints `= COMMAND` and what is offered behind it, for "" and all commands.
OFFERS = {
    "bash": ["bash", "--norc", "-c", r"""
        . "$0" && complete -p cleanupd > /dev/null || exit 1
        for command in "" "$@"; do
            echo "= $command"
            if [ -n "$command" ]; then COMP_WORDS=(cleanupd "$command" --); else COMP_WORDS=(cleanupd ""); fi
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=${COMP_WORDS[*]} COMPREPLY=()
            COMP_POINT=${#COMP_LINE}
            _cleanupd cleanupd "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
            printf '%s\n' "${COMPREPLY[@]}"
        done"""],
    # As it is found and loaded by zsh; what it hands to zsh's own functions is printed in their place.
    "zsh": ["zsh", "-f", "-c", r"""
        file=$0
        fpath=(${file:h} $fpath)
        autoload -Uz compinit && compinit -D -u || exit 1
        [[ $_comps[cleanupd] = _cleanupd ]] || exit 1
        compdef() { : }
        _arguments() {
            if (( inner )) { print -rl -- "$@"; return }
            inner=1
            if [[ -n $one ]] { state=arg; shift words } else { state=command }
        }
        _describe() { print -rl -- "${(@P)@[-1]}" }
        . $file
        for one in "" "$@"; do
            print "= $one"
            words=(cleanupd ${one:+$one} --) CURRENT=$(( $#words )) inner=0
            _cleanupd
        done"""],
    "fish": ["fish", "--no-config", "-c", r"""
        source $argv[1]; or exit 1
        for command in "" $argv[2..]
            echo "= $command"
            test -n "$command"; and set line "cleanupd $command --"; or set line "cleanupd "
            complete --do-complete "$line"
        end"""],
}

# file | what stands there | what is put in its place (None: the file is gone)
MISTAKES = [
    (f"{MANUAL}/cleanupd-run.1.gz", "", None),
    (f"{MANUAL}/cleanupd-run.1.gz", "metrics\\-file", "metrics\\-files"),
    (f"{MANUAL}/cleanupd-run.1.gz", ".SH NAME", ".SH NAME\n.SX"),
    (f"{MANUAL}/cleanupd-check.1.gz", "\\-\\-offline", "offline"),
    (f"{MANUAL}/cleanupd.1.gz", "\\fBsimulate\\fR", "\\fBsimulator\\fR"),
    (FILES["bash"], "", None),
    (FILES["bash"], "esac", "case"),
    (FILES["bash"], "'serve run plan", "'serve plan"),
    (FILES["bash"], "--metrics-file", "--metrics"),
    (FILES["bash"], "-F _cleanupd cleanupd", "-F _cleanupd cleaner"),
    (FILES["zsh"], "", None),
    (FILES["zsh"], "esac", "case"),
    (FILES["zsh"], "'run:Runs", "'ran:Runs"),
    (FILES["zsh"], "--metrics-file", "--metrics"),
    (FILES["zsh"], "#compdef cleanupd", "# cleanupd"),
    (FILES["fish"], "", None),
    (FILES["fish"], "end", "done"),
    (FILES["fish"], "-fa 'run'", "-fa 'ran'"),
    (FILES["fish"], "'metrics-file'", "'metrics'"),
]


def text_of(*command: str, **options) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def options_of(text: str) -> set[str]:
    """The long ones that the list of options in a help or a page begins its entries with."""
    part = re.search(r"^OPTIONS:?\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S)
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z][a-z-]*)", part[1], flags=re.M)) if part else set()


def commands_of(text: str, title: str) -> set[str]:
    part = re.search(rf"^{title}:?\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S)
    return set(re.findall(r"^ {2,8}([a-z][a-z-]*)(?:\s|$)", part[1], flags=re.M)) if part else set()


def asked(program: list[str]) -> dict[str, set[str]]:
    """The options of each command, "" for the program itself."""
    whole = text_of(*program, "--help")
    commands = sorted(commands_of(whole, "SUBCOMMANDS"))
    if not commands:
        sys.exit("check-installed: the program names no commands")
    return {"": options_of(whole)} | {one: options_of(text_of(*program, one, "--help")) for one in commands}


def manual(root: pathlib.Path, said: dict[str, set[str]]) -> list[str]:
    found = []
    wanted = {("cleanupd-" + one if one else "cleanupd") + ".1.gz": one for one in said}
    there = {file.name for file in (root / MANUAL).glob("cleanupd*")}
    found += [f"there is no page {name}" for name in sorted(set(wanted) - there)]
    found += [f"the page {name} is of no command" for name in sorted(there - set(wanted))]
    for name in sorted(set(wanted) & there):
        page = root / MANUAL / name
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True, check=False)
        if lint.returncode or lint.stdout or lint.stderr:
            found.append(f"mandoc says of {name}: {(lint.stdout + lint.stderr).strip()[:500]}")
        text = re.sub(r".\x08", "", text_of("mandoc", "-T", "ascii", "-O", "width=200", str(page)))
        listed = options_of(text)
        found += [f"{name} does not describe {option}" for option in sorted(said[wanted[name]] - listed)]
        found += [f"{name} describes {option}, which there is not" for option in sorted(listed - said[wanted[name]])]
        if name == "cleanupd.1.gz" and (missing := set(said) - {""} - commands_of(text, "COMMANDS")):
            found.append(f"{name} does not name the command {', '.join(sorted(missing))}")
    return found


def completions(root: pathlib.Path, said: dict[str, set[str]], shell: str) -> list[str]:
    file = root / FILES[shell]
    if not file.exists():
        return [f"{shell}: there is no {FILES[shell]}"]
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "TERM": "dumb"}
        run = lambda *command: subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
        read = run(*SYNTAX[shell], file)
        if read.returncode or read.stderr:
            return [f"{shell} cannot read {FILES[shell]}: {read.stderr.strip()[:500]}"]
        offered = run(*OFFERS[shell], file, *[one for one in said if one])
    if offered.returncode or offered.stderr:
        return [f"{shell} has something to say about {FILES[shell]}: {offered.returncode}, {offered.stderr.strip()[:500]}"]
    answers = {}
    for part in re.split(r"^= ", offered.stdout, flags=re.M)[1:]:
        command, _, lines = part.partition("\n")
        answers[command] = lines.splitlines()
    first = {re.split(r"[\t: ]", line)[0] for line in answers.get("", [])}
    found = [f"{shell} does not offer {one}" for one in sorted(set(said) - {""} - first)]
    for command in filter(None, said):
        # Of zsh: `(-h --help)--help[...]`, `*--filter[...]`.
        words = [re.match(r"\*?(?:\([^)]*\))?\*?(--[a-z][a-z-]*)", line) for line in answers.get(command, [])]
        missing = said[command] - {word[1] for word in words if word}
        found += [f"{shell} does not offer {command} {option}" for option in sorted(missing)]
    return found


def problems(root: pathlib.Path, said: dict[str, set[str]]) -> list[str]:
    return manual(root, said) + [text for shell in FILES for text in completions(root, said, shell)]


def noticed(root: pathlib.Path, said: dict[str, set[str]], mistake: tuple) -> str:
    """What is wrong about the checks by this mistake: nothing if they find it."""
    name, right, wrong = mistake
    with tempfile.TemporaryDirectory() as work:
        copy = pathlib.Path(work)
        shutil.copytree(root / MANUAL, copy / MANUAL, ignore=lambda _, names: [one for one in names if not one.startswith("cleanupd")])
        for file in FILES.values():
            (copy / file).parent.mkdir(parents=True)
            shutil.copy(root / file, copy / file)
        if wrong is None:
            (copy / name).unlink()
        else:
            data = (copy / name).read_bytes()
            text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
            if right not in text:
                return f"{name}: there is no {right!r} that could be made wrong"
            data = text.replace(right, wrong).encode()
            (copy / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        shell = next((shell for shell, file in FILES.items() if file == name), None)
        found = completions(copy, said, shell) if shell else manual(copy, said)
    return "" if found else f"{name}: nobody notices {wrong!r} in the place of {right!r}"


def main() -> int:
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())
    root, said = pathlib.Path(sys.argv[1]), asked(sys.argv[2:])
    found = problems(root, said)
    if not found:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = [text for text in pool.map(lambda one: noticed(root, said, one), MISTAKES) if text]
    count = sum(map(len, said.values()))
    print("\n".join(found) or f"check-installed: {len(said)} pages and 3 completions have {len(said) - 1} commands and "
          f"{count} options, and {len(MISTAKES)} mistakes are noticed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
