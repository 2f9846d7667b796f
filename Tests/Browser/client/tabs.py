"""Several tabs of one application, and its own upgrades."""

import asyncio

from kit import equal, eventually, true

from .cases import test

CLEAN = "() => client.createCleanupService().runCleanup()"
# Holds the next opening of the database back until the test says `go()`.
HOLD = """() => {
    const { open } = IDBFactory.prototype;
    const held = new Promise((resolve) => { window.go = resolve; });
    window.isHeld = false;
    IDBFactory.prototype.open = function (...given) {
        IDBFactory.prototype.open = open;
        window.isHeld = true;
        // Stands for the request until there is one, and passes its events on.
        const outer = {};
        held.then(() => {
            const request = open.apply(this, given);
            for (const name of ["onupgradeneeded", "onsuccess", "onerror"]) {
                request[name] = (event) => {
                    if (request.error) outer.error = request.error;
                    else [outer.result, outer.transaction] = [request.result, request.transaction];
                    outer[name](event);
                };
            }
        });
        return outer;
    };
}"""


async def two_tabs(case, before=""):
    """One tab is in the midst of a run; gives what both then say."""
    first, second = await case.page(before), await case.page(before)
    await first.evaluate("() => app.make(app.aged([30, 30, 1]))")
    await first.evaluate(HOLD)
    run = asyncio.ensure_future(first.evaluate(CLEAN))
    await eventually(lambda: first.evaluate("isHeld"), "the first tab is in the midst of its run")
    other = await second.evaluate(CLEAN)
    again = await first.evaluate(CLEAN)
    during = await second.evaluate("app.keys()")
    await first.evaluate("go()")
    return await run, other, again, during, await second.evaluate(CLEAN)


def check_two_tabs(one, other, again, during, later):
    equal((one["sessionsCleared"], one.get("skipped")), (2, None), "the tab that was first")
    equal((other["sessionsCleared"], other.get("skipped"), other["errors"]), (0, "another tab", 0), "the other tab")
    equal(again.get("skipped"), "already running", "the first tab, again")
    equal(during, [1, 2, 3], "keys in between")
    equal((later["sessionsCleared"], later.get("skipped")), (0, None), "the other tab, later")


@test
async def of_two_tabs_one_cleans_and_the_other_skips(case):
    check_two_tabs(*await two_tabs(case))


@test
async def without_web_locks_of_two_tabs_one_cleans_and_the_other_skips(case):
    check_two_tabs(*await two_tabs(case, "delete Navigator.prototype.locks"))


@test
async def tabs_that_race_clear_each_session_once(case):
    pages = [await case.page() for _ in range(3)]
    await pages[0].evaluate("() => app.make(app.aged(Array(1000).fill(30)))")
    results = await asyncio.gather(*(page.evaluate(CLEAN) for page in pages))
    equal(sum(result["sessionsCleared"] for result in results), 1000, "sessions cleared")
    equal(await pages[0].evaluate("app.keys()"), [], "keys left")


@test
async def tabs_that_race_without_any_lock_clear_each_session_once(case):
    unlocked = "delete Navigator.prototype.locks; delete window.localStorage"
    pages = [await case.page(unlocked) for _ in range(3)]
    await pages[0].evaluate("() => app.make(app.aged(Array(1000).fill(30)))")
    results = await asyncio.gather(*(page.evaluate(CLEAN) for page in pages))
    equal(sum(result["sessionsCleared"] for result in results), 1000, "sessions cleared")
    equal([result["errors"] for result in results], [0, 0, 0], "errors")


@test
async def a_lease_is_given_back_and_that_of_a_dead_tab_runs_out(case):
    page = await case.page("delete Navigator.prototype.locks")
    found = await page.evaluate("""async () => {
        await app.make(app.aged([30]));
        const name = "cleanup-client:chatterbox-recovery/sessions#lease";
        const held = (milliseconds) => {
            localStorage[name] = JSON.stringify({ owner: "dead", until: Date.now() + milliseconds });
        };
        const service = client.createCleanupService();
        const answers = [];
        for (const milliseconds of [60_000, -1, 10 ** 9]) {
            held(milliseconds);
            answers.push((await service.runCleanup()).skipped ?? "ran");
        }
        return { answers, left: localStorage[name] ?? null };
    }""")
    equal(found["answers"], ["another tab", "ran", "ran"], "with a lease that is held, is old, is of another clock")
    equal(found["left"], None, "lease after the run")


@test
async def two_services_of_different_stores_do_not_wait(case):
    page = await case.page()
    await page.evaluate("() => app.make(app.aged([30]))")
    await page.evaluate(HOLD)
    run = asyncio.ensure_future(page.evaluate("() => client.createCleanupService({ database: 'other' }).runCleanup()"))
    await eventually(lambda: page.evaluate("isHeld"), "a run of another database is under way")
    equal((await page.evaluate(CLEAN))["sessionsCleared"], 1, "sessions cleared")
    await page.evaluate("go()")
    equal((await run)["skipped"], "no database", "the other run")


@test
async def the_app_upgrades_its_database_while_the_scheduler_cleans(case):
    cleaner, app = await case.page(), await case.page()
    await cleaner.evaluate("() => app.make(app.plain(5_000))")
    await cleaner.evaluate("""() => {
        window.removed = new Promise((resolve) => {
            const remove = IDBCursor.prototype.delete;
            IDBCursor.prototype.delete = function () { resolve(); return remove.call(this); };
        });
        window.service = client.createCleanupService();
        const { runCleanup } = service;
        service.runCleanup = function () { return (window.run = runCleanup.call(service)); };
        client.createScheduledCleanup(service).start();
    }""")
    await cleaner.evaluate("removed")
    left = await app.evaluate("""async () => {
        const upgraded = await app.open(2, (database) => database.createObjectStore("drafts"));
        const left = app.done(upgraded.transaction("sessions").objectStore("sessions").count());
        return { left: await left, version: upgraded.version, stores: [...upgraded.objectStoreNames] };
    }""")
    result = await cleaner.evaluate("run")
    equal((left["version"], left["stores"]), (2, ["drafts", "sessions"]), "what the app has")
    true(0 < result["sessionsCleared"] < 5_000, f"the run gave way: {result['sessionsCleared']} sessions cleared")
    equal(left["left"], 5_000 - result["sessionsCleared"], "sessions left")
    equal(result["errors"], 1, "errors")
    true("is being upgraded or deleted" in result["lastError"], result["lastError"])
    later = await cleaner.evaluate("service.runCleanup()")
    equal((later["sessionsCleared"], later["errors"]), (left["left"], 0), "the next run")


@test
async def a_database_that_the_app_deletes_while_it_is_cleaned_is_not_made_again(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.plain(5_000));
        const removing = new Promise((resolve) => {
            const remove = IDBCursor.prototype.delete;
            IDBCursor.prototype.delete = function () { resolve(); return remove.call(this); };
        });
        const run = client.createCleanupService().runCleanup();
        await removing;
        await app.done(indexedDB.deleteDatabase("chatterbox-recovery"));
        const result = await run;
        return { result, names: await indexedDB.databases() };
    }""")
    equal(found["names"], [], "databases")
    equal(found["result"]["errors"], 1, "errors")
    true(found["result"]["sessionsCleared"] < 5_000, "the run gave way")
