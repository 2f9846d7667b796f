#!/usr/bin/env python3
"""Checks that what looks like a test is one: Swift Testing silently passes over a function without @Test.

In files under Tests/ that are called …Tests.swift or have a @Test or @Suite, a function without parameters and without a
result that is not private must carry @Test; so must one that is called test…. Helpers are private, or take or return
something, or live in files of their own.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FUNCTION = re.compile(
    r"^[ \t]*(?P<before>(?:@\w+(?:\([^)\n]*\))?\s+|\w+(?:\(\w+\))?[ \t]+)*)func\s+(?P<name>`[^`]+`|\w+)\s*(?P<rest>[^{]*)",
    re.MULTILINE,
)
PRIVATE = re.compile(r"\b(private|fileprivate)\b")


def blank(match: re.Match) -> str:
    """As many characters and lines as before, but nothing in them."""
    return re.sub(r"[^\n]", " ", match.group(0))


def without_strings_and_comments(text: str) -> str:
    return re.sub(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', blank, text, flags=re.DOTALL)


def end_of_arguments(text: str, start: int) -> int:
    """Where the parenthesis that opens at `start` has closed."""
    depth = 0
    for index in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    return len(text)


def tested_names(text: str) -> set[int]:
    """Positions of the names of functions that carry @Test."""
    positions = set()
    for match in re.finditer(r"@Test\b\s*", text):
        start = match.end()
        if text[start : start + 1] == "(":
            start = end_of_arguments(text, start)
        following = re.compile(r"\s*(?:@\w+(?:\([^)]*\))?\s+|\w+\s+)*?func\s+").match(text, start)
        if following:
            positions.add(following.end())
    return positions


def problems(original: str, file_name: str) -> list[tuple[int, str]]:
    text = without_strings_and_comments(original)
    if not file_name.endswith("Tests.swift") and not re.search(r"@(Test|Suite)\b", text):
        return []
    tested = tested_names(text)
    found = []
    for match in FUNCTION.finditer(text):
        if match.start("name") in tested or PRIVATE.search(match.group("before")):
            continue
        name, rest = match.group("name"), match.group("rest")
        looks_like_a_test = re.match(r"\(\s*\)", rest) and "->" not in rest
        if looks_like_a_test or re.match(r"`?test[A-Z_0-9]", name):
            found.append((text.count("\n", 0, match.start("name")) + 1, name))
    return found


SELF_TEST = '''
import Testing
@Suite struct Examples {
    @Test func isOne() {}
    @Test("a name (with one parenthesis", arguments: [(1, 2)])
    func isOneToo(a: Int, b: Int) async throws {}
    @Test(.timeLimit(.minutes(1)))
    @available(macOS 15, *)
    static func isOneAsWell() throws {}
    private func helper() {}
    func value() -> Int { 1 }
    func check(_ value: Int) {}
    // func comment() {}
    func forgotten() async throws { }
    func testForgotten(argument: Int) {}
}
'''


def main() -> int:
    names = [name for _, name in problems(SELF_TEST, "Examples.swift")]
    if names != ["forgotten", "testForgotten"]:
        print(f"check-tests: the check itself is wrong; it finds {names}")
        return 1
    count = 0
    status = 0
    for file in sorted((ROOT / "Tests").glob("**/*.swift")):
        text = file.read_text()
        count += len(tested_names(without_strings_and_comments(text)))
        for line, name in problems(text, file.name):
            print(f"{file.relative_to(ROOT)}:{line}: {name} looks like a test but has no @Test; make a helper private")
            status = 1
    if status == 0:
        print(f"check-tests: {count} test functions, none forgotten")
    return status


if __name__ == "__main__":
    sys.exit(main())
