"""Databases that are not as the options say; and options that are not as they must be."""

from kit import equal, true

from .cases import test


@test
async def a_database_that_does_not_exist_is_not_created(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const service = client.createCleanupService();
        const result = await service.runCleanup();
        const status = await service.getStorageStatus();
        const dry = await service.runCleanup({ dryRun: true });
        const names = (await indexedDB.databases()).map(({ name }) => name);
        const oldVersion = await new Promise((resolve) => {
            indexedDB.open("chatterbox-recovery", 1).onupgradeneeded = (event) => resolve(event.oldVersion);
        });
        return { result, dry, names, oldVersion, used: status.storageInfo.source, metrics: service.getMetrics() };
    }""")
    equal(found["names"], [], "databases")
    equal(found["oldVersion"], 0, "version that the app finds")
    equal(found["result"]["skipped"], "no database", "result.skipped")
    equal(found["dry"]["skipped"], "no database", "skipped of the dry run")
    equal(found["result"]["errors"], 0, "errors")
    equal(found["metrics"]["lastCleanup"], None, "lastCleanup")


async def refusal(case, options):
    """The error of a run with these options on a store with an expired session, which must stay."""
    page = await case.page()
    found = await page.evaluate("""async (options) => {
        await app.make(app.aged([100]));
        const result = await client.createCleanupService(options).runCleanup();
        return { result, keys: await app.keys(), stores: (await app.open()).objectStoreNames.length };
    }""", options)
    equal(found["keys"], [1], "keys left")
    equal(found["stores"], 1, "stores")
    equal((found["result"]["errors"], found["result"]["sessionsCleared"]), (1, 0), "errors and sessions cleared")
    return found["result"]["lastError"]


@test
async def a_missing_store_is_an_error_in_words(case):
    words = await refusal(case, {"store": "drafts"})
    equal(words, 'The database "chatterbox-recovery" has no store "drafts": check the option store.', "lastError")


@test
async def a_database_of_another_version_is_left_alone(case):
    words = await refusal(case, {"version": 2})
    true("has version 1, not 2: nothing was removed" in words, words)


@test
async def a_store_with_another_key_path_is_left_alone(case):
    words = await refusal(case, {"keyPath": None})
    true('has the key path "id", not null: nothing was removed' in words, words)


@test
async def a_database_of_the_stated_layout_is_cleaned(case):
    page = await case.page()
    cleared = await page.evaluate("""async () => {
        await app.make(app.aged([100]));
        return (await client.createCleanupService({ version: 1, keyPath: "id" }).runCleanup()).sessionsCleared;
    }""")
    equal(cleared, 1, "sessions cleared")


@test
async def wrong_options_are_refused_all_at_once(case):
    page = await case.page()
    found = await page.evaluate("""() => {
        const refused = (options) => {
            try { client.createCleanupService(options); return null; } catch (error) { return String(error); }
        };
        const wrong = { retentionHour: 1000, retentionHours: 0, maxStorageMB: -1, emergencyThresholdPercent: 101,
            store: "", version: 0, report: { url: "", app: "with space" } };
        return { all: refused(wrong), right: refused({ retentionHours: 1, database: undefined }),
            each: [{ retentionHours: NaN }, { retentionHours: "24" }, { database: 5 }, { emergencyThresholdPercent: 0 },
                { report: { url: "/r", app: "a".repeat(65) } }].map((options) => refused(options) !== null) };
    }""")
    names = ["retentionHours", "maxStorageMB", "emergencyThresholdPercent", "store", "version"]
    names += ["report.app", "report.url"]
    for part in ["TypeError", '"retentionHour"', *(f"{name} must" for name in names)]:
        true(part in found["all"], f"the error says {part}: {found['all']}")
    equal(found["each"], [True] * 5, "each is refused")
    equal(found["right"], None, "what is said of right options")
