"""Runs that a button begins, and how far they are."""

import asyncio
import re

from kit import equal, eventually, true

from .cases import at, shows, test, text, texts
from .gate import Gate

# Where this survives, nothing was loaded anew.
MARK = "window.mark = 'still the same document'"


def number(words):
    return int(re.sub("[^0-9]", "", words))


async def begin_bulk(case, page):
    """Confirms a run of many batches, which then waits in their midst; comes to its page."""
    await page.locator("#run-bulk").click()
    await at(page, "/cleanup/plans/.+")  # its button does nothing before
    # At the same time: the run might be over before a busy browser shows it.
    holding = asyncio.create_task(case.world.hold())
    await page.locator("#confirm").click()
    run = (await at(page, "/cleanup/runs/.+"))[1].rsplit("/", 1)[1]
    await holding
    return run


@test()
async def a_dry_run_tells_what_would_go_and_removes_nothing(case):
    page = await case.page(role="operate")
    before = case.world.names("")
    await page.locator("#dry-run-logs").click()
    await at(page, "/cleanup/runs/.+")
    await shows(page, "#run-state", "success")
    equal(await texts(page, "h1"), ["Dry run of logs"], "headings")
    words = await text(page, "#run")
    for part in ["Examined 37", "Would be removed 6", "Would be compressed 23", "Asked for by t_operate"]:
        true(part in words, f"{part} stands in {words}")
    equal(case.world.names(""), before, "files")
    await page.get_by_role("link", name="History", exact=True).click()
    await at(page, "/cleanup/runs")
    row = await shows(page, "#history tbody tr", "logs")
    true("dry run" in row and "would be 6" in row and "t_operate" in row, row)


@test()
async def a_run_shows_how_far_it_is_without_a_reload(case):
    page = await case.page(role="operate")
    await begin_bulk(case, page)
    await page.evaluate(MARK)
    done = page.locator("#run [data-figure=done]")
    await done.wait_for()  # the page may be from before the run had begun
    await eventually(lambda: moved(done, 0), "some are done")
    seen = number(await done.inner_text())
    bar = page.locator("#run progress")
    true(await bar.evaluate("(bar) => bar.position > 0 && bar.position < 1"), "the bar has moved")
    equal(await bar.get_attribute("max"), "2000", "the bar's end")
    true("running" in await text(page, "#run-state"), "it is running")
    case.world.let_go()
    await eventually(lambda: moved(done, seen), f"more than {seen} are done")
    await shows(page, "#run-state", "success")
    true("Deleted 2,000 of 2,000" in await shows(page, "#run", "Deleted"), "all of them")
    equal(case.world.count("clicks"), 0, "rows left")
    equal(await page.locator("#run progress").count(), 0, "bars of what has ended")
    equal(await page.evaluate("window.mark"), "still the same document", "the document")


async def moved(place, beyond):
    """The figure is larger; where there is none, the run has ended."""
    # In one step, for it may go in between.
    found = await place.all_text_contents()
    return not found or bool(found[0]) and number(found[0]) > beyond


@test()
async def the_overview_shows_what_others_begin_and_end(case):
    page = await case.page(role="view")
    await page.evaluate(MARK)
    run = await case.world.held()
    await shows(page, "#active .progress", "bulk")
    await shows(page, "#task-bulk .badges", "running")
    await case.world.ask("DELETE", f"runs/{run}", expecting=204)
    await shows(page, "#active", "Nothing runs")
    await shows(page, "#task-bulk .badges", "cancelled")
    equal(await page.evaluate("window.mark"), "still the same document", "the document")


@test()
async def a_run_is_stopped_after_a_question(case):
    page = await case.page(role="operate")
    run = await begin_bulk(case, page)
    await page.locator("#cancel-run").click()
    await page.locator("#ask-no").click()
    equal((await case.world.ask("GET", f"runs/{run}"))["state"], "running", "state after No")
    await page.locator("#cancel-run").click()
    await page.locator("#ask-yes").click()
    await shows(page, "#run-state", "cancelled")
    true("Ended early" in await text(page, "#run"), "its message")
    left = case.world.count("clicks")
    true(0 < left < 2000, f"{left} rows are left")
    equal(await page.locator("#cancel-run").count(), 0, "buttons that stop it")


@test()
async def without_the_stream_the_page_looks_again_by_its_clock(case):
    context = await case.context("operate")
    page = await context.new_page()
    await page.route("**/api/cleanup/events", lambda route: route.abort("connectionrefused"))
    await page.clock.install()
    await page.goto(case.world.origin + "/cleanup")
    await shows(page, "#live", "every 30 s")
    await page.evaluate(MARK)
    await case.world.ask("POST", "run?wait=true", {"tasks": ["logs"], "dry_run": False})

    async def known():
        return (await case.world.ask("GET", "status"))["last24_hours"]["items"]

    await eventually(known, "the service tells of it")
    await page.clock.run_for(31_000)
    await shows(page, "#task-logs", "6 items")
    equal(await page.evaluate("window.mark"), "still the same document", "the document")
    case.complaints[:] = [text for text in case.complaints if "/api/cleanup/events" not in text]


@test()
async def a_stream_that_was_cut_comes_back(case):
    context = await case.browser.new_context()
    case.contexts.append(context)
    await case.log_in(context, "operate")
    page = await context.new_page()
    async with Gate(int(case.world.origin.rsplit(":", 1)[1])) as gate:
        await page.goto(gate.origin + "/cleanup")
        await shows(page, "#live", "live")
        gate.cut()
        await shows(page, "#live", "every 30 s")
        gate.mend()
        await shows(page, "#live", "live")


@test()
async def the_focus_stays_where_it_was_when_something_is_exchanged(case):
    page = await case.page(role="operate")
    for selector in ["#task-bulk h3 a", "#run-bulk"]:
        await page.locator(selector).focus()
        before = await page.locator("#task-bulk").element_handle()
        run = await case.world.held()
        await shows(page, "#task-bulk .badges", "running")
        equal(await before.evaluate("(card) => card.isConnected"), False, "the card is another one")
        has = await page.locator(selector).evaluate("(element) => element === document.activeElement")
        true(has, f"{selector} has the focus")
        await case.world.ask("DELETE", f"runs/{run}", expecting=204)
        await shows(page, "#task-bulk .badges", "cancelled")
        case.world.let_go()


@test()
async def the_focus_stays_on_a_button_that_was_pressed(case):
    page = await case.page(role="operate")
    await page.locator("#schedule-switch").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await shows(page, "#schedule-switch", "Start the schedule")

    async def is_focused():
        return await page.evaluate("document.activeElement.id") == "schedule-switch"

    await eventually(is_focused, "the switch has the focus")
