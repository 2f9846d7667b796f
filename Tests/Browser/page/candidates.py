"""What would go now, on the page of a task and on one of its own."""

from kit import equal, true

from .cases import at, shows, test, text, texts

NAMES = "#candidates tbody th .name"


@test()
async def candidates_come_with_their_reasons_and_change_nothing(case):
    page = await case.page("/cleanup/tasks/logs", role="view")
    before = case.world.names("")
    words = await shows(page, "#candidates", "6 of 37 examined would be removed, 23 compressed, 8 stay")
    true("app-35.log remove: older than 30d" in words, words)
    true("app-07.log compress: older than 7d" in words, words)
    equal(await page.locator("#candidates [aria-busy]").count(), 0, "what is still looked for")
    equal(case.world.names(""), before, "files")


@test()
async def candidates_are_searched_and_shown_in_pages(case):
    page = await case.page("/cleanup/tasks/uploads", role="view")
    await shows(page, "#candidates", "70 of 130 examined")
    seen = await texts(page, NAMES)
    equal(len(seen), 50, "items of the first page")
    await page.locator("#candidates .more").click()
    await at(page, "/cleanup/tasks/uploads/candidates.+")
    seen += await texts(page, NAMES)
    equal(sorted(seen), [f"uploads/{n:03}.bin" for n in range(60, 130)], "items of both pages")
    equal(await page.locator("#candidates .more").count(), 0, "a third page")
    await page.locator("#candidates input[name=search]").fill("uploads/07")
    await page.keyboard.press("Enter")
    await at(page, "/cleanup/tasks/uploads/candidates.+search=.+")
    equal(sorted(await texts(page, NAMES)), [f"uploads/07{n}.bin" for n in range(10)], "what the search found")
    true("10 items match" in await text(page, "#candidates"), "how many match")
    equal(await page.locator("#candidates input[name=search]").input_value(), "uploads/07", "what was searched")
    await page.get_by_role("link", name="Show all").click()
    await at(page, "/cleanup/tasks/uploads/candidates")
    true("70 of 130" in await text(page, "#candidates"), "all of them again")


@test()
async def a_search_that_finds_nothing_says_so(case):
    page = await case.page("/cleanup/tasks/uploads/candidates?search=%3Cb%3E%22nothing%22", role="view")
    true("0 items match" in await text(page, "#candidates"), "no item matches")
    equal(await page.locator("#candidates input[name=search]").input_value(), '<b>"nothing"', "what was searched")
    equal(await page.locator("main b >> text=nothing").count(), 0, "elements made of what was searched")


@test()
async def orphans_are_marked(case):
    page = await case.page("/cleanup/tasks/uploads", role="view")
    await shows(page, "#candidates", "orphan")
    equal(await page.locator("#candidates tbody .badge", has_text="orphan").count(), 50, "marks")
    true("nothing refers to them" in await text(page, "#candidates"), "it is said in words")
    await page.goto(case.world.origin + "/cleanup/tasks/logs")
    await shows(page, "#candidates", "older than")
    equal(await page.locator("#candidates .badge", has_text="orphan").count(), 0, "marks where no orphans are")


@test()
async def a_look_that_fails_says_why(case):
    page = await case.page("/cleanup/tasks/broken", role="view")
    true("is not there" in await shows(page, "#candidates", "failed"), "the reason")


@test()
async def the_items_of_a_run_are_searched_and_shown_in_pages(case):
    run = await case.world.ask("POST", "run?wait=true", {"tasks": ["uploads"], "dry_run": False})
    page = await case.page(f"/cleanup/runs/{run['tasks']['uploads']['id']}", role="view")
    seen = await texts(page, "#items tbody th .name")
    while await page.locator("#items .more").count():
        await page.locator("#items .more").click()
        await at(page, "/cleanup/runs/.+after=.+")
        seen += await texts(page, "#items tbody th .name")
    equal(sorted(seen), [f"uploads/{n:03}.bin" for n in range(60, 130)], "items of all pages")
    rows = await page.locator("#items tbody tr").count()
    equal(await page.locator("#items tbody .badge", has_text="orphan").count(), rows, "marks of orphans")
    await page.locator("#items input[name=search]").fill("12")
    await page.keyboard.press("Enter")
    await at(page, "/cleanup/runs/.+search=12")
    found = [f"uploads/{n:03}.bin" for n in (112, *range(120, 130))]
    equal(sorted(await texts(page, "#items tbody th .name")), found, "what the search found")


@test()
async def history_is_shown_by_task_and_in_pages(case):
    for _ in range(27):
        for task in ["logs", "backups"]:
            await case.world.ask("POST", "run?wait=true", {"tasks": [task]})
    page = await case.page("/cleanup/runs", role="view")
    equal(await page.locator("#history tbody tr").count(), 50, "runs of the first page")
    await page.locator(".pages .more").click()
    await at(page, "/cleanup/runs.before=.+")
    equal(await page.locator("#history tbody tr").count(), 4, "runs of the second page")
    await page.get_by_role("link", name="Newest").click()
    await at(page, "/cleanup/runs")
    await page.get_by_role("list", name="Tasks").get_by_role("link", name="logs").click()
    await at(page, "/cleanup/runs.task=logs")
    equal(set(await texts(page, "#history tbody td:nth-child(2)")), {"logs"}, "tasks of the runs")
    equal(await page.locator("#history tbody tr").count(), 27, "runs of the task")
