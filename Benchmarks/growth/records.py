#!/usr/bin/env python3
"""Removes the older half of 1,000 to 1,000,000 entries of a JSON file: records.py"""

import json

import growth  # first: it says where kit is
from kit import Part, configure, fail, forget, scratch

INTRO = "The older half of the members of one object goes; the file, about 150 bytes a record, is replaced as a whole."
OLD, YOUNG = "2024-01-02T03:04:05Z", "2099-01-02T03:04:05Z"


def main():
    with scratch() as folder:
        (folder / "records").mkdir()
        file = folder / "records/tokens.json"
        configure(folder, f"""
connections: {{ tokens: {{ url: "json:{file}" }} }}
tasks:
  growing:
    records: {{ in: tokens, at: /tokens, expires: expires_at }}
    remove: {{ expired: true }}
""")

        def prepare(number):
            forget(folder)
            with open(file, "w") as out:
                out.write('{"tokens": {\n')
                for index in range(number):
                    expires = OLD if index % 2 == 0 else YOUNG
                    out.write(f'"token-{index:08}": {{"expires_at": "{expires}", "user": {index % 4000}, "text": "{"x" * 60}"}}')
                    out.write(",\n" if index + 1 < number else "\n")
                out.write("}}\n")

        def check(number):
            left = json.loads(file.read_text())["tokens"]
            if len(left) != number // 2 or any(one["expires_at"] != YOUNG for one in left.values()):
                fail(f"a run left {len(left)} of {number // 2} records, or others")

        part = Part("growth-records", "Growth: records", INTRO, folder, [])
        growth.add(part, "run --force", "records", growth.points(growth.decades(3, 6), folder, prepare, check))
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.finish()


main()
