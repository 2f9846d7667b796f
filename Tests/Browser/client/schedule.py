"""Runs on a schedule; the clock is the browser's own, moved by the test."""

from kit import equal, eventually, true

from .cases import test

# A service whose runs are counted, and end when the test says so if `holds` is set.
COUNTING = """() => {
    window.runs = 0;
    window.ends = [];
    window.holds = false;
    window.service = { runCleanup: () => { runs += 1; return new Promise((end) => holds ? ends.push(end) : end()); } };
    window.scheduled = client.createScheduledCleanup(service, 1);
}"""
HOUR_MS = 3_600_000


async def counting(case):
    page = await case.page(with_clock=True)
    await page.evaluate(COUNTING)
    return page


async def runs_after(page, milliseconds):
    await page.clock.run_for(milliseconds)
    return await page.evaluate("runs")


@test
async def it_runs_at_once_and_then_each_interval(case):
    page = await counting(case)
    await page.evaluate("scheduled.start()")
    equal(await runs_after(page, 1), 1, "runs at the start")
    equal(await runs_after(page, HOUR_MS - 10_000), 1, "runs before an hour has passed")
    equal(await runs_after(page, 20_000), 2, "runs after an hour")
    equal(await runs_after(page, 3 * HOUR_MS), 5, "runs after four hours")


@test
async def starting_twice_is_starting_once(case):
    page = await counting(case)
    await page.evaluate("scheduled.start(); scheduled.start()")
    equal(await runs_after(page, 1), 1, "runs at the start")
    await page.evaluate("scheduled.start()")
    equal(await runs_after(page, HOUR_MS), 2, "runs after an hour")
    true(await page.evaluate("scheduled.isRunning"), "it is running")


@test
async def nothing_runs_after_a_stop(case):
    page = await counting(case)
    await page.evaluate("scheduled.stop(); scheduled.start(); scheduled.stop(); scheduled.stop()")
    equal(await runs_after(page, 2 * HOUR_MS), 0, "runs")
    await page.evaluate("scheduled.start()")
    equal(await runs_after(page, HOUR_MS + 10_000), 2, "runs after another start")
    await page.evaluate("scheduled.stop()")
    equal(await runs_after(page, 5 * HOUR_MS), 2, "runs after another stop")
    true(not await page.evaluate("scheduled.isRunning"), "it is not running")


@test
async def strict_mode_leaves_one_timer(case):
    page = await counting(case)
    await page.evaluate("scheduled.start(); scheduled.stop(); scheduled.start()")
    equal(await runs_after(page, 1), 1, "runs at the start")
    equal(await runs_after(page, 3 * HOUR_MS + 10_000), 4, "runs after three hours")


@test
async def a_run_of_an_earlier_start_sets_no_timer(case):
    page = await counting(case)
    await page.evaluate("holds = true; scheduled.start()")
    equal(await runs_after(page, 1), 1, "runs at the start")
    await page.evaluate("scheduled.stop(); holds = false; scheduled.start(); ends.forEach((end) => end())")
    equal(await runs_after(page, 10_000), 2, "runs after another start")
    equal(await runs_after(page, 2 * HOUR_MS), 4, "runs after two hours")
    await page.evaluate("holds = true")
    equal(await runs_after(page, HOUR_MS), 5, "runs after three hours")
    await page.evaluate("scheduled.stop(); ends.forEach((end) => end())")
    equal(await runs_after(page, 5 * HOUR_MS), 5, "runs after a stop within a run")


@test
async def a_run_that_throws_is_followed_by_the_next(case):
    page = await counting(case)
    await page.evaluate("""() => {
        service.runCleanup = async () => { runs += 1; throw new Error("no"); };
        scheduled.start();
    }""")
    equal(await runs_after(page, 2 * HOUR_MS + 10_000), 3, "runs")

    async def told():
        return len(case.uncaught) >= 3

    await eventually(told, "the app can see three errors")
    equal(case.uncaught, ["no"] * 3, "errors that the app can see")
    case.uncaught.clear()


@test
async def an_interval_that_is_none_is_refused(case):
    page = await counting(case)
    refused = await page.evaluate("""() => [0, -1, NaN, Infinity, 597, "often"].map((hours) => {
        try { client.createScheduledCleanup(service, hours); } catch (error) { return error instanceof TypeError; }
    })""")
    equal(refused, [True] * 6, "refused")


@test
async def a_scheduled_service_cleans(case):
    page = await case.page()
    keys = await page.evaluate("""async () => {
        await app.make(app.aged([25, 1]));
        const service = client.createCleanupService();
        const scheduled = client.createScheduledCleanup(service);
        scheduled.start();
        while (service.getMetrics().lastCleanup === null) await new Promise((resolve) => setTimeout(resolve));
        scheduled.stop();
        return app.keys();
    }""")
    equal(keys, [2], "keys left")
