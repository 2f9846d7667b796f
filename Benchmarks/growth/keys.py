#!/usr/bin/env python3
"""Removes the older half of 1,000 to 1,000,000 hashes of Redis: keys.py"""

import growth  # first: it says where kit is
from kit import Part, configure, fail, forget, package, scratch

from redis import redis

INTRO = """The older half of the hashes goes, by a time in one of their fields; each is looked at again by the script that
removes it."""
FILL = """for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
    redis.call('HSET', 'job:' .. i, 'finished_at', i % 2 == 0 and '1600000000' or ARGV[3], 'text', 'a job that has ended')
end"""
YOUNG = "4000000000"


def main():
    with scratch() as folder, redis(folder) as server:
        configure(folder, f"""
connections: {{ cache: {{ url: "{server.url}" }} }}
tasks:
  growing:
    keys: {{ in: cache, match: "job:*", type: hash, time: finished_at }}
    remove: {{ older_than: 7d }}
""")

        def prepare(number):
            forget(folder)
            server.cli("flushall")
            for first in range(0, number, 10_000):
                answer = server.cli("eval", FILL, "0", str(first), str(min(first + 10_000, number) - 1), YOUNG)
                if answer:
                    fail(f"Redis said {answer}")

        def check(number):
            left, sample = int(server.cli("dbsize").split()[-1]), server.cli("hget", "job:1", "finished_at")
            if left != number // 2 or sample != YOUNG:
                fail(f"a run left {left} of {number // 2} keys")

        part = Part("growth-keys", "Growth: keys", INTRO, folder, [package("redis-server")])
        growth.add(part, "run --force", "keys", growth.points(growth.decades(3, 6), folder, prepare, check))
        part.command(f"{growth.CLEANUPD} run growing --force")
        part.finish()


main()
