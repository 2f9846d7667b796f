"""What goes when the storage runs full; the numbers are the browser's own."""

from kit import equal, true

from .cases import test

MIB = 1024 * 1024
QUARTER = 262_144

# 40 sessions of 256 KiB, the oldest with the highest ids; gives what the browser says is used.
FORTY = f"""async () => {{
    await app.make(app.aged(Array.from({{ length: 40 }}, (_, index) => index * 0.1), {QUARTER}));
    return (await navigator.storage.estimate()).usage;
}}"""
CLEAN = """async (options) => {
    window.service ??= client.createCleanupService(options);
    const before = await service.getStorageStatus();
    const result = await service.runCleanup();
    return { before, result, keys: await app.keys(), after: await service.getStorageStatus() };
}"""


def full_to(percent, used):
    """Options by which so much is that percentage."""
    return {"maxStorageMB": used * 100 / percent / MIB}


@test
async def the_oldest_go_down_to_the_wanted_size(case):
    page = await case.page()
    used = await page.evaluate(FORTY)
    true(10 * MIB <= used < 12 * MIB, f"the browser says what is used: {used}")
    found = await page.evaluate(CLEAN, full_to(95, used))
    wanted = -(-used // 5 // QUARTER)
    equal(found["result"]["emergency"], wanted, "sessions that go")
    equal(found["result"]["sessionsCleared"], wanted, "sessions cleared")
    equal(found["result"]["bytesFreed"], wanted * QUARTER, "bytes freed")
    equal(found["keys"], list(range(1, 41 - wanted)), "keys left: the youngest")
    before, after = found["before"], found["after"]
    equal((before["emergency"], after["emergency"]), (True, False), "emergency before and after")
    true(94.9 < before["storageInfo"]["percent"] < 95.1, f"95 % before: {before}")
    true(after["storageInfo"]["used"] <= used - 0.9 * wanted * QUARTER, f"the browser sees the space: {after}")
    equal(before["storageInfo"]["source"], "estimate", "source")
    equal(found["result"]["errors"], 0, "errors")


@test
async def below_the_threshold_nothing_goes(case):
    page = await case.page()
    used = await page.evaluate(FORTY)
    found = await page.evaluate(CLEAN, full_to(89, used))
    equal((found["result"]["emergency"], len(found["keys"])), (0, 40), "gone and left")
    equal(found["before"]["emergency"], False, "emergency")


@test
async def the_threshold_is_an_option(case):
    page = await case.page()
    used = await page.evaluate(FORTY)
    found = await page.evaluate(CLEAN, full_to(60, used) | {"emergencyThresholdPercent": 55})
    true(found["result"]["emergency"] > 0, "sessions go")


@test
async def after_a_real_quota_error_space_is_freed_and_the_app_can_write_again(case):
    page = await case.page()
    session = await case.context.new_cdp_session(page)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": case.origin, "quotaSize": 6 * MIB})
    found = await page.evaluate("""async () => {
        await app.make([]);
        let count = 0, refusal = null;
        while (refusal === null) {
            const [record] = app.aged([20 - count * 0.1], 262144);
            try { await app.put([{ ...record, id: count }]); count += 1; } catch (error) { refusal = error.name; }
        }
        const service = client.createCleanupService();
        const { used } = (await service.getStorageStatus()).storageInfo;
        const result = await service.runCleanup({ storageIsFull: true });
        await app.put([{ ...app.aged([0], 262144)[0], id: 1000 }]);
        return { refusal, count, used, result, keys: await app.keys() };
    }""")
    equal(found["refusal"], "QuotaExceededError", "what the app was told")
    gone = -(-found["used"] // 5 // QUARTER)
    equal((found["result"]["emergency"], found["result"]["errors"]), (gone, 0), "sessions that go, and errors")
    equal(found["keys"], [*range(gone, found["count"]), 1000], "keys left")


@test
async def a_dry_run_lists_the_emergency_too(case):
    page = await case.page()
    used = await page.evaluate(FORTY)
    found = await page.evaluate("""async (options) => {
        const result = await client.createCleanupService(options).runCleanup({ dryRun: true });
        return { result, keys: await app.keys() };
    }""", full_to(95, used))
    wanted = -(-used // 5 // QUARTER)
    equal(len(found["keys"]), 40, "sessions left")
    listed = [(one["key"], one["reason"]) for one in found["result"]["sessions"]]
    equal(listed, [(40 - step, "emergency") for step in range(wanted)], "list")


@test
async def a_new_emergency_follows_one_that_showed(case):
    page = await case.page()
    used = await page.evaluate(FORTY)
    first = await page.evaluate(CLEAN, full_to(95, used))
    found = await page.evaluate(
        """async (gone) => {
        await app.put(app.aged(Array(gone).fill(0), 262144).map((record) => ({ ...record, id: record.id + 1000 })));
        return { result: await service.runCleanup(), keys: await app.keys() };
    }""", first["result"]["emergency"])
    true(found["result"]["emergency"] > 0 and found["result"]["errors"] == 0, f"sessions go again: {found['result']}")
    true(all(key in found["keys"] for key in (1, 2, 1001)), "the youngest stay")


@test
async def sessions_stay_if_something_else_fills_the_storage(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([3, 2, 1], 50000));
        const cache = await caches.open("assets");
        for (let part = 0; part < 4; part += 1) await cache.put(`/asset-${part}`, new Response(app.noise(1048576)));
        const { usage } = await navigator.storage.estimate();
        const service = client.createCleanupService({ maxStorageMB: usage / 0.95 / 2 ** 20 });
        return { usage, result: await service.runCleanup(), keys: await app.keys() };
    }""")
    true(found["usage"] >= 4 * MIB, f"the cache fills the storage: {found['usage']}")
    equal(found["keys"], [1, 2, 3], "keys left")
    equal((found["result"]["emergency"], found["result"]["errors"]), (0, 1), "emergency and errors")
    true("only 150000 of them" in found["result"]["lastError"], found["result"]["lastError"])


@test
async def the_session_in_use_is_never_removed(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([1], 1000000));
        const service = client.createCleanupService({ maxStorageMB: 1 });
        const single = await service.runCleanup();
        await app.put([{ ...app.aged([2], 500000)[0], id: 2 }]);
        return { single, two: await service.runCleanup(), keys: await app.keys() };
    }""")
    equal((found["single"]["emergency"], found["single"]["errors"]), (0, 1), "emergency and errors with one session")
    equal(found["two"]["emergency"], 1, "emergency with two")
    equal(found["keys"], [1], "keys left")


@test
async def sessions_of_the_future_do_not_stand_for_the_one_in_use(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([-5, -6, 1], 100000));
        const service = client.createCleanupService({ maxStorageMB: 0.3 });
        return { result: await service.runCleanup(), keys: await app.keys() };
    }""")
    equal(found["keys"], [1, 2, 3], "keys left")
    equal((found["result"]["emergency"], found["result"]["errors"]), (0, 1), "emergency and errors")


@test
async def the_future_and_the_unreadable_stay_in_an_emergency(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const records = app.aged([-5, 4, 3, 2, 1, 0], 100000);
        records.push({ ...records[0], id: 7, lastAccessed: "long ago" });
        await app.make(records);
        const service = client.createCleanupService({ maxStorageMB: 0.6 });
        return { result: await service.runCleanup(), keys: await app.keys() };
    }""")
    true(found["result"]["emergency"] >= 2, f"sessions go: {found['result']}")
    equal(found["keys"], [1, *range(2 + found["result"]["emergency"], 8)], "keys left")
