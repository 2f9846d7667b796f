"""The code blocks of a Markdown page, and what their marks say is to be done with them.

A mark stands behind the language of a fence, where no reader sees it:

    ```sh run              is run; `run code=4` must end with that code
    ```yaml file=NAME      is written to NAME; a whole configuration must pass `cleanupd check --offline`
    ```yaml file=NAME wrong    must be refused by it
    ```yaml part           is a part of a configuration: completed by a minimal one, it must pass the same
    ```text output         is what the run before printed; `…` stands for anything
    ```json like           has only members that the answer of the run before has, too
    ```promql query        is a query that parses and asks only for metrics that there are
    ```js test=NAME        is run by Tests/Documents/PAGE/NAME.sh, which finds it in $DOCS_STATE/block
    ```swift from=PLACE    stands in a file of that folder, line by line; what is there is built and run
    ```sh output of=FILE   is what that program of the repository writes into the page
    ```sh run by=FILE      is run by that script, which reads it here: `docs_blocks.py PAGE FILE` prints it

Comments do what a reader need not see:

    <!-- needs: postgres redis s3 docker -->    servers that run while the page does
    <!-- test NAME -->                          runs Tests/Documents/PAGE/NAME.sh in the page's shell
    <!-- check calls metrics -->                the service answered each call of the page's tables, and shows each metric
    <!-- check queries -->                      queries within sentences are as those of blocks
"""

import dataclasses
import pathlib
import re
import sys

SHELL = ("sh", "bash")
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)$")
COMMENT = re.compile(r"^ *<!-- *(?P<word>needs:|test|check) +(?P<rest>.*?) *-->$")
LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
KINDS = ("run", "part", "output", "like", "query", "file", "test", "from", "of", "by")
# Kinds that ask for nothing while the page runs.
STILL = ("from", "of", "by")
# Variables of a shell: those that a block reads (`${A:-b}` and `${A:?}` say what if there is none), that it sets, and that
# everybody has.
READ = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?!\w|:?[-?=+]))")
SET = re.compile(r"\b([A-Za-z_]\w*)=|\b(?:for|read|read -r) (\w+)")
EVERYBODYS = {"HOME", "PATH", "PWD"}
SERVERS = ("postgres", "redis", "s3", "docker")
CHECKS = ("calls", "metrics", "queries")


@dataclasses.dataclass
class Block:
    """One step of a page."""

    line: int
    language: str
    kind: str
    argument: str
    text: str
    code: int = 0


@dataclasses.dataclass
class Page:
    """A page as steps, with what is wrong with its marks."""

    name: str
    blocks: list[Block] = dataclasses.field(default_factory=list)
    servers: list[str] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)

    def problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.name}:{line}: {text}")

    @property
    def runs(self) -> bool:
        return any(block.kind not in STILL for block in self.blocks)


def read(name: str, text: str) -> Page:
    page = Page(name)
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line, index = lines[index], index + 1
        if fence := FENCE.match(line):
            start = index
            end = re.compile(rf"^ {{0,{len(fence['indent'])}}}{fence['ticks']}`* *$")
            while index < len(lines) and not end.match(lines[index]):
                index += 1
            if index == len(lines):
                page.problem(start, "the block has no end")
            body = [one.removeprefix(fence["indent"]) for one in lines[start:index]]
            index += 1
            add(page, start, fence["info"].strip(), "\n".join(body) + "\n")
        elif comment := COMMENT.match(line):
            if comment["word"] != "needs:":
                page.blocks.append(Block(index, "", comment["word"], comment["rest"], text))
            else:
                page.servers += comment["rest"].split()
    for one in page.servers:
        if one not in SERVERS:
            page.problem(1, f"there is no server {one}; there are {', '.join(SERVERS)}")
    for block in (one for one in page.blocks if one.kind == "check"):
        for one in set(block.argument.split()) - set(CHECKS):
            page.problem(block.line, f"there is no check {one}; there are {', '.join(CHECKS)}")
    order(page)
    unset(page)
    return page


def add(page: Page, line: int, info: str, text: str) -> None:
    """One fenced block, if its mark is one."""
    language, _, mark = info.partition(" ")
    mark = mark.strip()
    block = Block(line, language, "", "", text)
    if not mark:
        page.problem(line, f"the block has no mark; say one of {', '.join(KINDS)}")
        return
    if named := re.fullmatch(r"file=(\S+)( wrong)?", mark):
        block.kind, block.argument, block.code = "file", named[1], 2 if named[2] else 0
    elif run := re.fullmatch(r"run(?: code=(\d+))?", mark):
        block.kind, block.code = "run", int(run[1] or 0)
    elif with_place := re.fullmatch(r"(test|from|output of|run by)=(\S+)", mark):
        block.kind, block.argument = with_place[1].split()[-1], with_place[2]
    elif mark in KINDS and mark not in ("file", "test", "from", "of", "by"):
        block.kind = mark
    else:
        page.problem(line, f"the mark {mark!r} is none; say one of {', '.join(KINDS)}")
        return
    languages = {"run": SHELL, "by": SHELL, "part": ("yaml",), "like": ("json",), "query": ("promql",)}
    if language not in languages.get(block.kind, (language,)):
        page.problem(line, f"the mark {block.kind} is for {' and '.join(languages[block.kind])}, not for {language}")
    page.blocks.append(block)


def misplaced(root: pathlib.Path, page: Page) -> list[str]:
    """Blocks that do not stand where they are said to be from, and programs that do not write or read the page."""
    problems = []
    for block in page.blocks:
        place = root / block.argument
        if block.kind == "from":
            files = sorted(one for one in place.glob("**/*") if one.is_file() and not one.name.startswith("."))
            if not any(stands(block.text, one.read_text()) for one in files):
                problems.append(f"{page.name}:{block.line}: this stands in no file of {block.argument}")
        elif block.kind == "of" and not (place.is_file() and pathlib.Path(page.name).name in place.read_text()):
            problems.append(f"{page.name}:{block.line}: {block.argument} does not write this page")
        elif block.kind == "by" and not (place.is_file() and re.search(rf"(?<!\S){page.name}(?!\S)", place.read_text())):
            problems.append(f"{page.name}:{block.line}: {block.argument} does not read this page")
    return problems


def stands(part: str, text: str) -> bool:
    """Whether the lines of a part stand in a text in that order, wherever they are indented to."""
    rest = iter(line.strip() for line in text.splitlines())
    return all(any(line == wanted for line in rest) for wanted in map(str.strip, part.splitlines()) if wanted)


def order(page: Page) -> None:
    """What was printed stands behind what printed it."""
    printed = False
    for block in page.blocks:
        if block.kind in ("output", "like") and not printed:
            page.problem(block.line, f"{block.kind}, but no block before it was run")
        printed = block.kind in ("run", "test") or (printed and block.kind in ("output", "like"))


def unset(page: Page) -> None:
    """A variable that only the test of a page sets is nothing to its reader, and the command means something else."""
    known = set(EVERYBODYS)
    for block in (one for one in page.blocks if one.kind in ("run", "by") and one.language in SHELL):
        known |= {name for names in SET.findall(block.text) for name in names}
        for name in sorted({name for names in READ.findall(block.text) for name in names if name} - known):
            page.problem(block.line, f"the page sets {name} nowhere before; set it, or write ${{{name}:?}}")


def headings(text: str) -> set[str]:
    """The names of headings in links, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in found}


def bad_links(root: pathlib.Path, page: pathlib.Path) -> list[str]:
    """Links to files, or headings in them, that are not there."""
    problems = []
    text = page.read_text()
    for target in (one["target"] for one in LINK.finditer(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or not file.is_relative_to(root):
            problems.append(f"{page.relative_to(root)}: the link {target} leads nowhere")
        elif heading and heading not in headings(file.read_text()):
            problems.append(f"{page.relative_to(root)}: {path or 'the page'} has no heading #{heading}")
    return problems


def matches(example: str, printed: str) -> bool:
    """Whether a text was printed as an example shows it: `…` is anything, blanks at the ends of lines are nothing."""
    texts = ["\n".join(line.rstrip() for line in one.strip("\n").split("\n")) for one in (example, printed)]
    pieces = [re.escape(piece) for piece in texts[0].split("…")]
    return re.fullmatch(".*?".join(pieces), texts[1], re.DOTALL) is not None


def missing_members(example: str, printed: str) -> list[str]:
    """Members of an example in JSON, shortened or not, that the real answer does not have."""
    names = re.findall(r'"([^"\\]+)" *:', example)
    if not names:
        return ["any member"]
    return sorted({name for name in names if not re.search(rf'"{re.escape(name)}" *:', printed)})


def main() -> int | str:
    page, script = sys.argv[1:]
    blocks = read(page, pathlib.Path(page).read_text()).blocks
    texts = [block.text for block in blocks if (block.kind, block.argument) == ("by", script)]
    print("".join(texts), end="")
    return 0 if texts else f"{page} has no block that {script} runs"


if __name__ == "__main__":
    sys.exit(main())
