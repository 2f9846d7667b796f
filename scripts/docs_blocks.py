"""The code blocks of a Markdown page, and what their marks say is to be done with them.

A mark stands behind the language of a fence, where no reader sees it:

    ```sh run              is run; `run code=4` must end with that code
    ```yaml file=NAME      is written to NAME; a whole configuration must pass `cleanupd check --offline`
    ```yaml file=NAME wrong    must be refused by it
    ```yaml part           is a part of a configuration: completed by a minimal one, it must pass the same
    ```text output         is what the run before printed; `…` stands for anything
    ```json like           has only members that the answer of the run before has, too
    ```promql query        is a query that parses and asks only for metrics that there are
    ```sh norun: REASON    cannot be run here

Comments do what a reader need not see:

    <!-- needs: postgres redis s3 docker -->    servers that run while the page does
    <!-- test NAME -->                          runs Tests/Documents/PAGE/NAME.sh in the page's shell
"""

import dataclasses
import pathlib
import re

SHELL = ("sh", "bash")
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)$")
COMMENT = re.compile(r"^ *<!-- *(?P<word>needs:|test) +(?P<rest>.*?) *-->$")
LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
KINDS = ("run", "part", "output", "like", "query", "norun", "file")
SERVERS = ("postgres", "redis", "s3", "docker")


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
        return any(block.kind not in ("norun",) for block in self.blocks)


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
            if comment["word"] == "test":
                page.blocks.append(Block(index, "sh", "test", comment["rest"], ""))
            else:
                page.servers += comment["rest"].split()
    for one in page.servers:
        if one not in SERVERS:
            page.problem(1, f"there is no server {one}; there are {', '.join(SERVERS)}")
    order(page)
    return page


def add(page: Page, line: int, info: str, text: str) -> None:
    """One fenced block, if its mark is one."""
    language, _, mark = info.partition(" ")
    mark = mark.strip()
    block = Block(line, language, "", "", text)
    if not mark:
        page.problem(line, f"the block has no mark; say one of {', '.join(KINDS)}")
        return
    if reason := re.fullmatch(r"norun:(.*)", mark):
        block.kind, block.argument = "norun", reason[1].strip()
        if len(block.argument.split()) < 2:
            page.problem(line, "norun: needs a reason")
    elif named := re.fullmatch(r"file=(\S+)( wrong)?", mark):
        block.kind, block.argument, block.code = "file", named[1], 2 if named[2] else 0
    elif run := re.fullmatch(r"run(?: code=(\d+))?", mark):
        block.kind, block.code = "run", int(run[1] or 0)
    elif mark in KINDS:
        block.kind = mark
    else:
        page.problem(line, f"the mark {mark!r} is none; say one of {', '.join(KINDS)}")
        return
    languages = {"run": SHELL, "part": ("yaml",), "like": ("json",), "query": ("promql",)}
    if language not in languages.get(block.kind, (language,)):
        page.problem(line, f"the mark {block.kind} is for {' and '.join(languages[block.kind])}, not for {language}")
    page.blocks.append(block)


def order(page: Page) -> None:
    """What was printed stands behind what printed it."""
    printed = False
    for block in page.blocks:
        if block.kind in ("output", "like") and not printed:
            page.problem(block.line, f"{block.kind}, but no block before it was run")
        printed = block.kind in ("run", "test") or (printed and block.kind in ("output", "like"))


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
