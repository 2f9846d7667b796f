"""Browsers that say something else of their storage than this one: late, nothing, or another quota."""

from kit import equal, true

from .cases import load, test

MIB = 1024 * 1024


@test
async def a_quota_below_the_maximum_is_the_limit(case):
    page = await case.page("StorageManager.prototype.estimate = async () => ({ usage: 900000, quota: 1000000 })")
    found = await page.evaluate("""async () => {
        await app.make(app.aged([9, 8, 7, 6, 5, 4, 3, 2, 1], 100000));
        const service = client.createCleanupService();
        return { status: await service.getStorageStatus(), result: await service.runCleanup(), keys: await app.keys() };
    }""")
    info = {"used": 900_000, "quota": 1_000_000, "limit": 1_000_000, "percent": 90, "source": "estimate"}
    equal(found["status"], {"storageInfo": info, "emergency": True}, "status")
    equal(found["keys"], [3, 4, 5, 6, 7, 8, 9], "keys left")


@test
async def what_expired_has_freed_is_not_freed_again(case):
    # This browser never tells of freed space.
    page = await case.page("""(() => {
        const real = navigator.storage.estimate.bind(navigator.storage);
        let most = 0;
        StorageManager.prototype.estimate = async () => {
            const { usage, quota } = await real();
            most = Math.max(most, usage);
            return { usage: most, quota };
        };
    })()""")
    found = await page.evaluate("""async () => {
        await app.make(app.aged([30, 29, 28, 3, 2, 1, 0.5, 0.2], 262144));
        const { usage } = await navigator.storage.estimate();
        const service = client.createCleanupService({ maxStorageMB: usage / 0.95 / 2 ** 20 });
        return { result: await service.runCleanup(), keys: await app.keys() };
    }""")
    equal((found["result"]["expired"], found["result"]["emergency"]), (3, 0), "expired and emergency")
    equal(found["keys"], [4, 5, 6, 7, 8], "keys left")


@test
async def an_emergency_that_does_not_show_is_not_repeated_until_more_is_used(case):
    page = await case.page("""
        StorageManager.prototype.estimate = async () => ({ usage: Number(localStorage.usage), quota: 2 ** 33 });
        localStorage.usage ??= 2 ** 20;
    """)
    first = await page.evaluate("""async () => {
        await app.make(app.aged([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 100000));
        const service = client.createCleanupService({ maxStorageMB: 1.1 });
        return [await service.runCleanup(), await service.runCleanup(), await app.keys()];
    }""")
    equal((first[0]["emergency"], first[0]["errors"]), (3, 0), "the first run")
    equal((first[1]["emergency"], first[1]["errors"]), (0, 1), "the second run")
    true("does not show" in first[1]["lastError"], first[1]["lastError"])
    equal(first[2], [4, 5, 6, 7, 8, 9, 10], "keys left")
    await page.reload()
    await load(page)
    later = await page.evaluate("""async () => {
        const service = client.createCleanupService({ maxStorageMB: 1.1 });
        const same = await service.runCleanup();
        localStorage.usage = 2 ** 20 + 1;
        return [same, await service.runCleanup(), await app.keys()];
    }""")
    equal((later[0]["emergency"], later[0]["errors"]), (0, 1), "after a reload")
    equal((later[1]["emergency"], later[1]["errors"]), (3, 0), "once more is used")
    equal(later[2], [7, 8, 9, 10], "keys left at the end")


@test
async def without_an_estimate_the_sizes_are_added_up(case):
    page = await case.page("delete StorageManager.prototype.estimate")
    found = await page.evaluate("""async () => {
        await app.make(app.aged([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 104858));
        const service = client.createCleanupService({ maxStorageMB: 1 });
        const before = await service.getStorageStatus();
        const result = await service.runCleanup();
        return { before, result, after: await service.getStorageStatus(), keys: await app.keys() };
    }""")
    info = found["before"]["storageInfo"]
    equal((info["used"], info["quota"], info["limit"], info["source"]), (1_048_580, None, MIB, "records"), "status")
    equal(found["keys"], [3, 4, 5, 6, 7, 8, 9, 10], "keys left")
    equal((found["result"]["emergency"], found["result"]["bytesFreed"]), (2, 209_716), "emergency and bytes freed")
    equal(found["after"]["storageInfo"]["used"], 838_864, "used after")


@test
async def an_estimate_that_fails_is_as_none(case):
    page = await case.page("StorageManager.prototype.estimate = async () => { throw new TypeError('not here'); }")
    found = await page.evaluate("""async () => {
        await app.make(app.aged([30, 1], 1000));
        const service = client.createCleanupService();
        const result = await service.runCleanup();
        return [result.expired, result.errors, (await service.getStorageStatus()).storageInfo.used];
    }""")
    equal(found, [1, 0, 1000], "expired, errors and bytes used")
