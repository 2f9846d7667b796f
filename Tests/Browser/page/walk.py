"""From the demo to a first run, as a new user tries it: with the keyboard alone.

Each step leaves a picture in the folder CLEANUPD_WALK (default: .build/walk), where the last walk can be looked at.
"""

import os
import pathlib
import shutil

from kit import ROOT, Failure, equal, true

from .cases import at, shows, test, text, texts
from .demo import Demo
from .looks import FOCUS

FOLDER = pathlib.Path(os.environ.get("CLEANUPD_WALK", ROOT / ".build/walk"))
# More controls than any page has.
MOST_CONTROLS = 200


class Walk:
    """Somebody without a mouse in front of a page."""

    def __init__(self, page):
        self.page = page
        self.steps = 0
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)

    async def record(self, name):
        self.steps += 1
        await self.page.screenshot(path=FOLDER / f"{self.steps:02}-{name}.png")

    async def tab_to(self, name, **wanted):
        """Presses Tab until what has the focus has that id or text; each stop on the way can be seen."""
        for _ in range(MOST_CONTROLS):
            await self.page.keyboard.press("Tab")
            here = await self.page.evaluate(FOCUS)
            if here is None:
                continue
            true(here["seen"], f"the focus is seen on {here['what']} at {self.page.url}")
            if all(here[key] == value for key, value in wanted.items()):
                return await self.record(name)
        raise Failure(f"{wanted} is not reached by Tab at {self.page.url}")

    async def press(self, *keys):
        for key in keys:
            await self.page.keyboard.press(key)


@test(starts=False)
async def a_new_user_goes_from_the_demo_to_a_first_run_with_the_keyboard_alone(case):
    case.world = demo = Demo()
    await demo.__aenter__()
    context = await case.context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    walk = Walk(page)
    await page.goto(demo.origin + "/cleanup")
    await shows(page, "#live", "live")
    await walk.record("overview")

    # Nothing shall happen by itself meanwhile.
    await walk.tab_to("skip-link", text="Skip to content")
    await walk.press("Enter")
    await walk.tab_to("stop-the-schedule", id="schedule-switch")
    await walk.press("Enter")
    await page.locator("#ask").wait_for()
    await walk.record("question")
    await walk.press("Escape")
    equal((await demo.ask("GET", "schedule"))["running"], True, "the schedule after Escape")
    equal((await page.evaluate(FOCUS))["id"], "schedule-switch", "what has the focus after Escape")
    await walk.press("Enter")
    await walk.tab_to("yes", id="ask-yes")
    await walk.press("Enter")
    await shows(page, "#service", "schedule is stopped")

    # What would go?
    before = demo.names("logs")
    await page.goto(demo.origin + "/cleanup")
    await walk.tab_to("dry-run", id="dry-run-logs")
    await walk.press("Enter")
    await at(page, "/cleanup/runs/.+")
    await shows(page, "#run-state", "success")
    await walk.record("dry-run-done")
    true("Would be removed 12" in await text(page, "#run"), await text(page, "#run"))
    equal(demo.names("logs"), before, "logs after the dry run")

    # Let it go.
    await walk.tab_to("back-to-overview", text="Overview")
    await walk.press("Enter")
    await at(page, "/cleanup")
    await walk.tab_to("run-now", id="run-logs")
    await walk.press("Enter")
    await at(page, "/cleanup/plans/.+")
    listed = await texts(page, "#plan tbody th .name")
    equal(sorted(listed), [f"logs/import-{day}.log" for day in range(40, 52)], "items of the confirmation")
    await walk.tab_to("confirm", id="confirm")
    true((await text(page, "#confirm")).startswith("Delete 12 items, "), await text(page, "#confirm"))
    await walk.press("Enter")
    await at(page, "/cleanup/runs/.+")
    await shows(page, "#run-state", "success")
    await walk.record("run-done")
    equal(sorted(set(before) - set(demo.names("logs"))), sorted(name.removeprefix("logs/") for name in listed), "what went")

    # What was done?
    await walk.tab_to("history-link", text="History")
    await walk.press("Enter")
    await at(page, "/cleanup/runs")
    await walk.tab_to("runs-of-logs", text="logs")
    await walk.press("Enter")
    await at(page, "/cleanup/runs.task=logs")
    equal(set(await texts(page, "#history tbody td:nth-child(2)")), {"logs"}, "tasks of the history")
    rows = await texts(page, "#history tbody tr")
    # The plan that was applied, the dry run, and the one that the demo began with.
    true("12" in rows[0] and "would be 12" in rows[1], f"the last runs: {rows}")
    await walk.record("history")
    await walk.tab_to("a-run", text=(await text(page, "#history tbody tr th a")))
    await walk.press("Enter")
    await at(page, "/cleanup/runs/.+")
    equal(len(await texts(page, "#items tbody tr")), 12, "items of the run")
    await walk.record("the-run-again")
    equal(len(list(FOLDER.glob("*.png"))), walk.steps, "pictures of the walk")
