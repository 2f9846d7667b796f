"""Run now: what was shown and confirmed goes, and nothing else."""

import json
import os
import re

from kit import equal, true

from .cases import at, shows, test, text, texts


async def confirm(case, page):
    """Presses the button, and waits for the end; the id of the run."""
    await page.locator("#confirm").click()
    path = (await at(page, "/cleanup/runs/.+"))[1]
    await shows(page, "#run-state", "success")
    return path.rsplit("/", 1)[1]


async def listed(page):
    return sorted(await texts(page, "#plan tbody th .name"))


@test()
async def a_confirmed_run_removes_exactly_what_the_confirmation_listed(case):
    world = case.world
    page = await case.page(role="operate")
    await page.locator("#run-backups").click()
    await at(page, "/cleanup/plans/.+")
    due = [f"backups/prod/db-{n:02}.dump" for n in range(5, 9)] + [f"backups/qa/db-{n:02}.dump" for n in (3, 4)]
    equal(await listed(page), due, "items of the confirmation")
    equal(await page.locator("#confirm").inner_text(), "Delete 6 items, 24.0 KiB", "the button")
    true("6 of 14 examined will be removed" in await text(page, "#plan"), await text(page, "#plan"))
    # Meanwhile one changes, one is gone, and one comes that would go, too.
    world.write("backups/prod/db-05.dump", 5000, 5, b"x")
    os.unlink(world.path("backups/qa/db-03.dump"))
    world.write("backups/prod/db-99.dump", 4096, 99)
    before = world.names("backups")
    run = await confirm(case, page)
    gone = {name.removeprefix("backups/") for name in due} - {"prod/db-05.dump", "qa/db-03.dump"}
    equal(sorted(set(before) - set(world.names("backups"))), sorted(gone), "what went")
    words = await text(page, "#run")
    for part in ["Deleted 4 of 6", "Changed meanwhile, stay 1", "Were gone already 1"]:
        true(part in words, f"{part} stands in {words}")
    own = (await world.ask("GET", f"runs/{run}"))["tasks"]["backups"]["id"]
    equal(len((await world.ask("GET", f"runs/{own}/items"))["items"]), 6, "items of the ledger")
    rows = await shows(page, "#items", "db-05.dump changed since the plan")
    true("99" not in rows, "what came later is in no list")


@test()
async def going_back_removes_nothing(case):
    page = await case.page(role="operate")
    before = case.world.names("")
    await page.locator("#run-logs").click()
    await at(page, "/cleanup/plans/.+")
    equal(await page.locator("#confirm").inner_text(), "Delete 6 items, 24.0 KiB; compress 23 items", "the button")
    await page.locator("#cancel").click()
    await at(page, "/cleanup")
    equal(case.world.names(""), before, "files")


@test()
async def of_rows_only_those_go_that_the_plan_held_then_and_still_holds(case):
    world = case.world
    page = await case.page(role="operate")
    await page.locator("#run-events").click()
    await at(page, "/cleanup/plans/.+")
    true(re.search(r"Delete 30 items", await page.locator("#confirm").inner_text()), "the button counts rows")
    data = world.connect()
    data.execute("UPDATE events SET created_at = ? WHERE id = 40", (world.time(0),))
    data.execute("INSERT INTO events VALUES (1000, ?)", (world.time(1),))
    data.commit()
    data.close()
    await confirm(case, page)
    left = {row[0] for row in world.sql("SELECT id FROM events")}
    equal(left, set(range(30)) | {40, 1000}, "rows left")


@test()
async def orphans_and_records_go_by_confirmation_too(case):
    world = case.world
    page = await case.page(role="operate")
    await page.locator("#run-results").click()
    await at(page, "/cleanup/plans/.+")
    await confirm(case, page)
    equal({row[0] for row in world.sql("SELECT bot_id FROM results")}, set(range(20)), "bots of the results left")
    await page.goto(world.origin + "/cleanup")
    await page.locator("#run-sessions").click()
    await at(page, "/cleanup/plans/.+")
    equal(len(await listed(page)), 31, "expired sessions")
    await confirm(case, page)
    left = json.loads((world.folder / "sessions.json").read_text())["sessions"]
    equal(sorted(left), [f"s-{n}" for n in range(31, 40)], "sessions left")


@test()
async def a_plan_is_applied_once(case):
    page = await case.page(role="operate")
    await page.locator("#run-backups").click()
    path = (await at(page, "/cleanup/plans/.+"))[1]
    await confirm(case, page)
    await page.goto(case.world.origin + path)
    true("Applied" in await text(page, "#plan"), "it says so")
    true("t_operate" in await text(page, "#plan"), "it says who")
    equal(await page.locator("#confirm").count(), 0, "buttons")
    await page.goto(case.world.origin + "/cleanup")
    await page.locator("#run-backups").click()
    await at(page, "/cleanup/plans/.+")
    true("There is nothing to do" in await text(page, "#plan"), "nothing is left")
    equal(await page.locator("#confirm").count(), 0, "buttons of an empty plan")


@test()
async def what_the_service_refuses_is_said_in_its_words(case):
    page = await case.page(role="operate")
    with case.expecting(422):
        await page.locator("#run-broken").click()
        words = await shows(page, "#message", "absent.json")
    equal(await page.locator("#message").get_attribute("role"), "alert", "its role")
    true("is not there" in words, words)
    await at(page, "/cleanup")
