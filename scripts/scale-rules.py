#!/usr/bin/env python3
"""Copies alert rules with every duration divided, so that a test sees in minutes what takes hours.

Usage: scale-rules.py DIVISOR IN_DIR OUT_DIR      writes OUT_DIR/*.yml, and verifies them
       scale-rules.py --verify DIVISOR IN_DIR OUT_DIR      only compares: the copy must be equal but for its durations

Durations are `for`, `keep_firing_for` and `interval`, what PromQL itself calls so (ranges, offsets), and the numbers of
SECONDS, which expressions compare with ages. A number that is in neither table stops it: say which it is. Needs PyYAML.
"""

import pathlib
import sys

import yaml

from promql_tokens import Token, milliseconds, tokens

# Ages in seconds, compared with `time() - ...`.
SECONDS = {"900", "3600", "86400", "604800"}
# Counts, factors, ratios, quantiles, rates; and seconds of what does not get faster: the 5 of a slow batch, the 30 by
# which clocks may differ.
PLAIN = {"0", "1", "2", "3", "4", "5", "6", "7", "10", "30", "0.05", "0.1", "0.5", "0.9", "0.95", "0.99", "1000"}
DURATION_KEYS = ("for", "keep_firing_for", "interval")


def divided(amount: int, divisor: int, where: str) -> int:
    """The share of an amount; it must come out even, and not at nothing."""
    if amount % divisor:
        raise SystemExit(f"scale-rules: {amount} in {where} cannot be divided by {divisor} exactly")
    return amount // divisor


def scaled_duration(text: str, divisor: int) -> str:
    return f"{divided(milliseconds(text), divisor, text)}ms"


def scaled_token(token: Token, divisor: int, expression: str) -> str:
    if token.kind == "duration":
        return scaled_duration(token.text, divisor)
    if token.kind != "number" or token.text in PLAIN:
        return token.text
    if token.text in SECONDS:
        return f"{divided(int(token.text) * 1000, divisor, token.text) / 1000:g}"
    raise SystemExit(f"scale-rules: is {token.text} a time in seconds? Add it to a table. It stands in: {expression}")


def scale(document: dict, divisor: int) -> dict:
    """A copy of a file of rules; everything but durations stays as it is."""
    groups = []
    for group in document["groups"]:
        rules = []
        for rule in group["rules"]:
            expression = "".join(scaled_token(token, divisor, rule["expr"]) for token in tokens(rule["expr"]))
            rules.append({**rule, "expr": expression} | durations_of(rule, divisor))
        groups.append({**group, "rules": rules} | durations_of(group, divisor))
    return {**document, "groups": groups}


def durations_of(table: dict, divisor: int) -> dict:
    return {key: scaled_duration(table[key], divisor) for key in DURATION_KEYS if key in table}


# --- The check, which shares nothing with the above but the tables: it multiplies, and compares what is read back.


def differences(shipped, copy, divisor: int, place: str) -> list[str]:
    """Where a copy is anything else than the shipped value with its durations divided."""
    if isinstance(shipped, dict) and isinstance(copy, dict):
        if list(shipped) != list(copy):
            return [f"{place}: keys {list(shipped)} became {list(copy)}"]
        return [text for key in shipped for text in differences(shipped[key], copy[key], divisor, f"{place}.{key}")]
    if isinstance(shipped, list) and isinstance(copy, list):
        if len(shipped) != len(copy):
            return [f"{place}: {len(shipped)} became {len(copy)}"]
        pairs = enumerate(zip(shipped, copy))
        return [text for i, (a, b) in pairs for text in differences(a, b, divisor, f"{place}[{i}]")]
    key = place.rpartition(".")[2]
    if key in DURATION_KEYS:
        same = milliseconds(copy) * divisor == milliseconds(shipped)
    elif key == "expr":
        same = is_same_expression(tokens(shipped), tokens(copy), divisor)
    else:
        same = shipped == copy
    return [] if same else [f"{place}: {shipped!r} became {copy!r}"]


def is_same_expression(shipped: list[Token], copy: list[Token], divisor: int) -> bool:
    if [token.kind for token in shipped] != [token.kind for token in copy]:
        return False
    for before, after in zip(shipped, copy):
        if before.kind == "duration":
            if milliseconds(after.text) * divisor != milliseconds(before.text):
                return False
        elif before.kind == "number" and before.text in SECONDS:
            if abs(float(after.text) * divisor - float(before.text)) > 1e-6:
                return False
        elif before.text != after.text:
            return False
    return True


def verify(divisor: int, source: pathlib.Path, target: pathlib.Path) -> list[str]:
    names = [[file.name for file in sorted(folder.glob("*.yml"))] for folder in (source, target)]
    if names[0] != names[1] or not names[0]:
        return [f"files {names[0]} became {names[1]}"]
    problems = []
    for name in names[0]:
        documents = [yaml.safe_load((folder / name).read_text()) for folder in (source, target)]
        problems += differences(*documents, divisor, name)
    return problems


def main(arguments: list[str]) -> int:
    only_verify = arguments[:1] == ["--verify"]
    arguments = arguments[only_verify:]
    if len(arguments) != 3 or not arguments[0].isdigit() or int(arguments[0]) < 1:
        print(__doc__, file=sys.stderr)
        return 2
    divisor, source, target = int(arguments[0]), pathlib.Path(arguments[1]), pathlib.Path(arguments[2])
    if not only_verify:
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.glob("*.yml")):
            document = scale(yaml.safe_load(file.read_text()), divisor)
            (target / file.name).write_text(yaml.safe_dump(document, sort_keys=False, width=1000))
    problems = verify(divisor, source, target)
    print("\n".join(problems) or f"scale-rules: all durations are divided by {divisor}, all else is equal")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
