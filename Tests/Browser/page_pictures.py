#!/usr/bin/env python3
"""Writes pictures of every view of the page into a folder: in the light, in the dark, and on a phone.

Runs in .build/venv, with faketime: the pictures show a service on one and the same morning.
Usage: page_pictures.py [FOLDER]      (default: docs/images; CLEANUPD_BINARY: another cleanupd than .build/debug/cleanupd)
"""

import asyncio
import calendar
import pathlib
import sys

sys.dont_write_bytecode = True

import kit
from page.cases import at, shows
from page.world import CONFIGURATION, World

MORNING = "2026-01-15 09:00:00"
ZONE = "Europe/Berlin"
DESKTOP = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 780}
# Names that a reader of pictures knows.
NAMES = {"broken": "tokens", "flaky": "tickets", "bulk": "clicks", "absent": "accounts"}
# In the place of a folder that has another name each time.
SHOWN_FOLDER = "/srv/example"
RENAME = """([from, to]) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(from, to);
}"""


class Morning(World):
    """The tests' world, of that morning."""

    launcher = ["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", f"@{MORNING}"]

    def __init__(self):
        text = CONFIGURATION
        for name, shown in NAMES.items():
            text = text.replace(f"{name}:", f"{shown}:").replace(f"[{name}]", f"[{shown}]").replace(f"in: {name},", f"in: {shown},")
        self.configuration = text.replace("resource: tokens", "resource: records").replace("resource: clicks", "resource: rows")
        super().__init__(at_start=True, now=calendar.timegm((2026, 1, 15, 9, 0, 0)))

    async def live(self):
        """A few days of runs, something that goes on, something that failed; the paths of the views."""
        for number in range(18):
            for extra in range(number * 7 % 11):
                self.write(f"logs/import-{number:02}-{extra}.log", 2048 * (1 + extra), 40 + extra)
            await self.ask("POST", "run?wait=true", {"tasks": ["logs"], "dry_run": number % 6 == 5})
        tasks = ["cache", "events", "sessions", "results"]
        await self.ask("POST", "run?wait=true", {"tasks": tasks, "dry_run": False}, role="operate")
        await self.ask("POST", "run?wait=true", {"tasks": ["backups", "uploads"]}, role="operate")
        plan = (await self.ask("POST", "plans", {"tasks": ["backups"]}, role="operate", expecting=201))["id"]
        await self.ask("PUT", "settings", {"tasks": {"logs": {"older_than": "60d"}}})

        async def failed():
            return (await self.ask("GET", "jobs"))["dead"]

        await kit.eventually(failed, "a job has failed")
        run = await self.held_of("clicks")
        return {
            "overview": "", "task": "/tasks/uploads", "confirmation": f"/plans/{plan}", "run": f"/runs/{run}",
            "history": "/runs", "jobs": "/jobs", "settings": "/settings", "widget": "/widget",
        }

    async def held_of(self, task):
        plan = (await self.ask("POST", "plans", {"tasks": [task]}, role="operate", expecting=201))["id"]
        run = (await self.ask("POST", f"plans/{plan}/apply", role="operate"))["id"]
        return await self.held(run)


async def take(world, browser, view, path, folder):
    """Three pictures of a view; without a path, of the login."""
    for kind, scheme, viewport in [("light", "light", DESKTOP), ("dark", "dark", DESKTOP), ("phone", "light", PHONE)]:
        if view == "widget":
            viewport = {**viewport, "height": 480}
        context = await browser.new_context(viewport=viewport, color_scheme=scheme, timezone_id=ZONE, locale="en-GB")
        if path is not None:
            await context.request.post(f"{world.origin}/cleanup/login", data={"token": world.token("admin")})
        page = await context.new_page()
        await page.goto(f"{world.origin}/cleanup{path or ''}")
        await at(page, "/cleanup.*")
        if view == "task":
            await shows(page, "#candidates", "orphan")
        if await page.locator("#live").count():
            await shows(page, "#live", "live")
        await page.evaluate(RENAME, [str(world.folder), SHOWN_FOLDER])
        await page.screenshot(path=folder / f"{view}-{kind}.png")
        await context.close()


async def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else kit.ROOT / "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    async with Morning() as world, kit.chromium() as browser:
        views = await world.live()
        for view, path in [*views.items(), ("login", None)]:
            await take(world, browser, view, path, folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    asyncio.run(main())
