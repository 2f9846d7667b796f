"""The overview: what the service is, does and will do."""

import re

from kit import equal, true

from .cases import at, shows, test, text, texts


@test()
async def the_overview_tells_of_service_tasks_schedule_and_configuration(case):
    page = await case.page()
    equal(await page.title(), "Overview · cleanupd", "title")
    true("ready" in await text(page, "#service"), "the service is ready")
    status = await case.world.ask("GET", "status")
    equal(status["service"]["leader_name"], status["service"]["replica"], "the leader")
    true(f"this replica leads: {status['service']['replica']}" in await text(page, "#service"), "it leads, by its name")
    true(f"version {status['service']['version']}" in await text(page, "#configuration"), "its version")
    for part in ["data (files)", "app (sqlite)", "absent (json)", str(case.world.folder / "cleanup.yaml")]:
        true(part in await text(page, "#configuration"), f"the configuration tells of {part}")
    names = [task["name"] for task in status["tasks"]]
    shown = await page.locator("article.task").evaluate_all("all => all.map((one) => one.dataset.task)")
    equal(shown, names, "tasks, in their order")
    for task in status["tasks"]:
        true(task["policy"] in await text(page, f"#task-{task['name']}"), f"the policy of {task['name']}")
    nightly = next(cycle for cycle in status["schedule"]["cycles"] if cycle["name"] == "nightly")
    times = await page.locator("#schedule time").evaluate_all("all => all.map((time) => time.dateTime)")
    true(set(nightly["next"]) <= set(times), f"the next firings {nightly['next']} are among {times}")
    true("Nothing runs" in await text(page, "#active"), "nothing goes on")


@test()
async def links_lead_to_every_page(case):
    page = await case.page()
    for name, path in [("History", "runs"), ("Jobs", "jobs"), ("Settings", "settings"), ("Overview", "")]:
        await page.get_by_role("navigation").get_by_role("link", name=name).click()
        await at(page, f"/cleanup/{path}".rstrip("/"))
        equal(await texts(page, "h1"), [name], "headings")
        equal(await texts(page, '[aria-current="page"]'), [name], "the link of this page")
    await page.locator("#task-logs h3 a").click()
    await at(page, "/cleanup/tasks/logs")


@test()
async def a_task_shows_its_last_runs_and_what_it_removed_in_a_day(case):
    for _ in range(2):
        await case.world.ask("POST", "run?wait=true", {"tasks": ["logs"], "dry_run": False})
    page = await case.page()
    card = page.locator("#task-logs")
    true("success" in await text(page, "#task-logs .badges"), "the last outcome")
    true(re.search("Last 24 h 6 items, 24.0 KiB", await text(page, "#task-logs")), await text(page, "#task-logs"))
    equal(await card.locator("svg.chart rect").count(), 2, "bars")
    true("The last 2 runs: 6 items deleted" in await card.locator("svg.chart").get_attribute("aria-label"), "its words")
    true("6 items" in await text(page, "#service"), "items of a day, of all tasks")
    await card.get_by_role("link", name=re.compile("[0-9]{4}")).click()
    await at(page, "/cleanup/runs/.+")


@test()
async def runs_without_success_have_a_mark_of_their_own_and_words(case):
    for task in ["logs", "broken"]:
        await case.world.ask("POST", "run?wait=true", {"tasks": [task], "dry_run": False})
    page = await case.page()
    equal(await page.locator("#task-logs svg.chart .mark").count(), 0, "marks of what succeeded")
    equal(await page.locator("#task-logs .legend").count(), 0, "an explanation of no marks")
    await shows(page, "#task-broken .legend", "failed")
    marks = page.locator("#task-broken svg.chart .mark")
    equal(await marks.count(), await page.locator("#task-broken svg.chart .bar").count(), "marks of what failed")
    box = await marks.first.bounding_box()
    true(box["width"] >= 5 and box["height"] >= 5, f"a mark can be seen: {box}")
    true("1 failed, the last of them" in await page.locator("#task-broken svg.chart").get_attribute("aria-label"), "words")


@test()
async def storage_stands_against_its_quota(case):
    await case.world.ask("POST", "run?wait=true", {"tasks": ["cache"], "dry_run": False})
    page = await case.page()
    await shows(page, "#task-cache .storage", "of 1.0 MiB")
    status = await case.world.ask("GET", "status")
    used = next(task["storage"]["used_bytes"] for task in status["tasks"] if task["name"] == "cache")
    # What is left of the files, and their folders.
    true(12 * (16 << 10) <= used < 16 * (16 << 10), f"{used} bytes are used")
    meter = page.locator("#task-cache meter")
    equal(await meter.get_attribute("max"), str(1 << 20), "the meter's end")
    equal(await meter.get_attribute("value"), str(used), "the meter's value")


@test()
async def the_schedule_is_stopped_after_a_question_and_started_again(case):
    page = await case.page(role="operate")
    switch = page.locator("#schedule-switch")
    equal(await switch.inner_text(), "Stop the schedule", "the switch")
    await switch.click()
    await page.locator("#ask-no").click()
    equal((await case.world.ask("GET", "schedule"))["running"], True, "running after No")
    await switch.click()
    await page.locator("#ask-yes").click()
    await shows(page, "#message", "The schedule is stopped")
    equal((await case.world.ask("GET", "schedule"))["running"], False, "running after Yes")
    true("stopped" in await shows(page, "#service", "schedule is stopped"), "the state says it")
    await shows(page, "#schedule-switch", "Start the schedule")
    await switch.click()
    await shows(page, "#schedule-switch", "Stop the schedule")
    equal((await case.world.ask("GET", "schedule"))["running"], True, "running after the start")
