#!/usr/bin/env python3
"""Tests of the page, in a real browser in front of the real service.

Prints one line for each test, and ends with 1 if one of them failed. Runs in .build/venv.
Usage: page_tests.py [PART OF A NAME…]      (CLEANUPD_BINARY: another cleanupd than .build/debug/cleanupd)
"""

import argparse
import asyncio
import sys
import time

sys.dont_write_bytecode = True

import kit
from page import access, candidates, confirming, jobs, looks, names, overview, running, settings, walk, widget  # noqa: F401 (importing them makes them known)
from page.cases import TESTS, Case


async def outcome(test, browser):
    """What went wrong, or None."""
    log = ""
    try:
        async with Case(browser, dict(test.world)) as case:
            try:
                await asyncio.wait_for(test(case), kit.PATIENCE_SECONDS)
                kit.equal(case.complaints, [], "complaints of the browser")
            finally:
                # The end of it: what went before is seldom the reason.
                log = "".join(case.world.log().splitlines(keepends=True)[-30:]) if case.world else ""
    except kit.Failure as failure:
        return f"{failure}\n{log}"
    except TimeoutError:
        return f"it hung for {kit.PATIENCE_SECONDS} s\n{log}"
    except Exception as error:  # Whatever it is, the other tests go on, and this one has failed.
        return f"{type(error).__name__}: {error}\n{log}"
    return None


# Tests share nothing but the browser, and wait most of their time.
AT_ONCE = 3


async def run(parts):
    chosen = [test for test in TESTS if not parts or any(part in test.__name__ for part in parts)]
    # The longest ones first.
    chosen.sort(key=lambda test: "looks" not in test.__module__)
    turns = asyncio.Semaphore(AT_ONCE)

    async def passed(test, browser):
        async with turns:
            started = time.monotonic()
            wrong = await outcome(test, browser)
        line = f"{test.__name__} ({time.monotonic() - started:.2f} s)"
        print(f"ok     {line}" if wrong is None else f"FAILED {line}: {wrong}", flush=True)
        return wrong is None

    async with kit.chromium() as browser:
        good = sum(await asyncio.gather(*(passed(test, browser) for test in chosen)))
    print(f"{good} of {len(chosen)} tests passed")
    return 0 if chosen and good == len(chosen) else 1


def main():
    parser = argparse.ArgumentParser(description="Tests of the page, in a real browser.")
    parser.add_argument("parts", nargs="*", help="only tests whose name has one of these")
    return asyncio.run(run(parser.parse_args().parts))


if __name__ == "__main__":
    sys.exit(main())
