#!/usr/bin/env python3
"""Tests of the browser module, in a real browser with real IndexedDB.

Prints one line for each test, and ends with 1 if one of them failed. Runs in .build/venv.
Usage: client_tests.py [--module FILE] [PART OF A NAME…]     (FILE: another cleanup-client.js)
"""

import argparse
import asyncio
import sys
import time

sys.dont_write_bytecode = True

import kit
from client import emergency, estimate, expiry, layout, removal, report, schedule, tabs  # noqa: F401 (importing them makes them known)
from client.cases import TESTS, Case


async def outcome(test, browser, origin):
    """What went wrong, or None."""
    async with Case(browser, origin) as case:
        try:
            await asyncio.wait_for(test(case), kit.PATIENCE_SECONDS)
            kit.equal(case.uncaught, [], "errors that nobody caught")
        except kit.Failure as failure:
            return str(failure)
        except TimeoutError:
            return f"it hung for {kit.PATIENCE_SECONDS} s"
        except Exception as error:  # Whatever it is, the other tests go on, and this one has failed.
            return f"{type(error).__name__}: {error}"
    return None


async def run(module, parts):
    chosen = [test for test in TESTS if not parts or any(part in test.__name__ for part in parts)]
    failed = 0
    with kit.serving(kit.site({"client.js": module, "app.js": kit.HERE / "client_app.js"})) as origin:
        async with kit.chromium() as browser:
            for test in chosen:
                started = time.monotonic()
                wrong = await outcome(test, browser, origin)
                failed += wrong is not None
                line = f"{test.__name__} ({time.monotonic() - started:.2f} s)"
                print(f"ok     {line}" if wrong is None else f"FAILED {line}: {wrong}", flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} tests passed")
    return 0 if chosen and failed == 0 else 1


def main():
    parser = argparse.ArgumentParser(description="Tests of the browser module, in a real browser.")
    parser.add_argument("--module", default=kit.ROOT / "Sources/Console/Resources/cleanup-client.js")
    parser.add_argument("parts", nargs="*", help="only tests whose name has one of these")
    arguments = parser.parse_args()
    return asyncio.run(run(arguments.module, arguments.parts))


if __name__ == "__main__":
    sys.exit(main())
