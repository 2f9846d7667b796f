"""Which sessions expire, and which never do."""

from kit import equal, true

from .cases import test


@test
async def expired_sessions_go_and_others_stay(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([24.01, 23.5, 100, 0, 25], 1000));
        const service = client.createCleanupService();
        const before = service.getMetrics();
        const started = Date.now();
        const result = await service.runCleanup();
        const metrics = service.getMetrics();
        const isTimely = metrics.lastCleanup >= started && metrics.lastCleanup <= Date.now();
        return { before, result, metrics, isTimely, keys: await app.keys() };
    }""")
    nothing = {"sessionsCleared": 0, "bytesFreed": 0, "lastCleanup": None, "errors": 0, "lastError": None}
    equal(found["before"], nothing, "metrics before")
    equal(found["keys"], [2, 4], "keys left")
    expected = {"sessionsCleared": 3, "bytesFreed": 3000, "expired": 3, "emergency": 0, "errors": 0, "dryRun": False}
    equal(found["result"], expected | {"corrupt": 0, "changed": 0, "lastError": None}, "result")
    true(found["isTimely"], "lastCleanup is the time of the run")
    del found["metrics"]["lastCleanup"], nothing["lastCleanup"]
    equal(found["metrics"], nothing | {"sessionsCleared": 3, "bytesFreed": 3000}, "metrics after")


@test
async def a_second_run_adds_to_the_metrics(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([25], 1000));
        const service = client.createCleanupService();
        await service.runCleanup();
        await app.put(app.aged([30, 30], 10));
        await service.runCleanup();
        const { sessionsCleared, bytesFreed } = service.getMetrics();
        return [sessionsCleared, bytesFreed];
    }""")
    equal(found, [3, 1020], "sessions and bytes")


@test
async def dates_texts_and_numbers_are_times(case):
    page = await case.page()
    keys = await page.evaluate("""async () => {
        const old = Date.now() - 25 * app.HOUR, young = Date.now() - app.HOUR;
        const texts = [old, young].map((time) => new Date(time).toISOString());
        // The same instants as a clock two hours ahead of UTC writes them.
        const zoned = [old, young].map((time) => new Date(time + 2 * app.HOUR).toISOString().replace("Z", "+02:00"));
        const times = [old, new Date(old), texts[0], zoned[0], young, new Date(young), texts[1], zoned[1]];
        await app.make(times.map((lastAccessed, id) => ({ id, lastAccessed })));
        await client.createCleanupService().runCleanup();
        return app.keys();
    }""")
    equal(keys, [4, 5, 6, 7], "keys left")


@test
async def the_time_of_creation_counts_without_a_last_access_or_if_it_is_later(case):
    page = await case.page()
    keys = await page.evaluate("""async () => {
        const old = Date.now() - 25 * app.HOUR, young = Date.now() - app.HOUR;
        await app.make([
            { id: "created long ago", timestamp: old },
            { id: "null counts as none", lastAccessed: null, timestamp: old },
            { id: "both long ago", lastAccessed: old, timestamp: old - app.HOUR },
            { id: "created just now", timestamp: young },
            { id: "used just now", lastAccessed: young, timestamp: old },
            { id: "created after its use", lastAccessed: old, timestamp: young },
        ]);
        await client.createCleanupService().runCleanup();
        return app.keys();
    }""")
    equal(keys, ["created after its use", "created just now", "used just now"], "keys left")


@test
async def a_record_without_a_readable_time_stays_and_is_told(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const seconds = Math.floor((Date.now() - 100 * app.HOUR) / 1000);
        const unreadable = [undefined, null, NaN, Infinity, 0, -1, seconds, true, {}, [2020], new Date(NaN), "",
            "yesterday", "2020-01-01", "2020-01-01T00:00:00", "01/02/2020", "1577836800000", new Date(0),
            "1970-01-01T00:00:00Z"];
        const records = unreadable.map((lastAccessed, id) => ({ id, lastAccessed }));
        records.push({ id: 100, lastAccessed: "yesterday", timestamp: Date.now() - 100 * app.HOUR });
        records.push({ id: 101, lastAccessed: Date.now() - 100 * app.HOUR });
        await app.make(records);
        const service = client.createCleanupService();
        const result = await service.runCleanup();
        return { result, metrics: service.getMetrics(), left: (await app.keys()).length, all: records.length };
    }""")
    equal(found["left"], found["all"] - 1, "records left")
    equal(found["result"]["errors"], found["all"] - 1, "errors")
    equal(found["result"]["corrupt"], found["all"] - 1, "corrupt records")
    equal(found["metrics"]["errors"], found["all"] - 1, "errors of the metrics")
    words = 'records of "sessions" have no readable time in "lastAccessed" or "timestamp" and are kept.'
    equal(found["metrics"]["lastError"], f'{found["all"] - 1} {words}', "lastError")


@test
async def a_time_in_the_future_is_not_old(case):
    page = await case.page()
    keys = await page.evaluate("""async () => {
        await app.make(app.aged([-1, -1000, -1000000, 25]));
        await client.createCleanupService().runCleanup();
        return app.keys();
    }""")
    equal(keys, [1, 2, 3], "keys left")


@test
async def names_of_fields_may_lead_into_objects(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const record = (id, hours) => ({ key: id, meta: { used: Date.now() - hours * app.HOUR, bytes: 7 } });
        await app.make([record(1, 5), record(2, 1)], { keyPath: "key" });
        const options = { lastAccessField: "meta.used", sizeField: "meta.bytes", retentionHours: 2, keyPath: "key" };
        const result = await client.createCleanupService(options).runCleanup();
        return [await app.keys(), result.bytesFreed];
    }""")
    equal(found, [[2], 7], "keys left and bytes freed")


@test
async def records_that_do_not_state_their_size_are_measured(case):
    page = await case.page()
    bytes_freed = await page.evaluate("""async () => {
        const lastAccessed = Date.now() - 25 * app.HOUR;
        const chunks = [app.noise(5000), "x".repeat(800)];
        await app.make([{ id: 1, lastAccessed, audio: new Blob([app.noise(70000)]), chunks }]);
        return (await client.createCleanupService().runCleanup()).bytesFreed;
    }""")
    true(75_800 <= bytes_freed <= 76_000, f"about 75,800 bytes are freed, not {bytes_freed}")


@test
async def an_index_leads_to_the_same_records(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const old = Date.now() - 25 * app.HOUR, young = Date.now() - app.HOUR;
        const of = (time) => [time, new Date(time), new Date(time).toISOString()];
        const times = [...of(old), ...of(young), 0, new Date(0), "yesterday", [old], app.noise(3)];
        // Many with the very same time, so that a batch ends between equal keys of the index.
        for (let count = 0; count < 700; count += 1) times.push(old);
        for (let count = 0; count < 700; count += 1) times.push(young);
        await app.make(times.map((lastAccessed, id) => ({ id, lastAccessed })), { index: true });
        const log = app.watch();
        const result = await client.createCleanupService().runCleanup();
        const looked = log.filter((entry) => entry.mode === "readonly" && entry.values > 0);
        return { result, keys: (await app.keys()).length, isByIndex: looked.every((entry) => entry.index),
            young: looked.reduce((sum, entry) => sum + entry.values, 0) };
    }""")
    equal(found["result"]["expired"], 703, "expired records")
    equal(found["result"]["corrupt"], 5, "records without a readable time")
    equal(found["keys"], 708, "records left")
    true(found["isByIndex"], "records are looked up by the index")
    true(found["young"] < 1000, "records that are young are not read")


@test
async def a_record_that_the_index_lacks_expires_all_the_same(case):
    page = await case.page()
    keys = await page.evaluate("""async () => {
        const records = [...app.aged([25, 1]), { id: 3, timestamp: Date.now() - 25 * app.HOUR }];
        await app.make(records, { index: true });
        await client.createCleanupService().runCleanup();
        return app.keys();
    }""")
    equal(keys, [2], "keys left")


@test
async def a_dry_run_lists_and_cannot_write(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([30, 1, 50, 40], 100));
        const service = client.createCleanupService();
        const log = app.watch();
        const result = await service.runCleanup({ dryRun: true });
        const modes = log.map((entry) => entry.mode);
        return { result, modes, times: result.sessions.map(({ time }) => Math.round((Date.now() - time) / app.HOUR)),
            metrics: service.getMetrics(), keys: await app.keys() };
    }""")
    equal(set(found["modes"]), {"readonly"}, "kinds of transactions")
    equal(found["keys"], [1, 2, 3, 4], "keys left")
    sessions = found["result"].pop("sessions")
    listed = [(one["key"], one["bytes"], one["reason"]) for one in sessions]
    equal(listed, [(key, 100, "expired") for key in (3, 4, 1)], "list")
    equal(found["times"], [50, 40, 30], "ages of the list")
    expected = {"sessionsCleared": 0, "bytesFreed": 0, "expired": 3, "emergency": 0, "errors": 0, "dryRun": True}
    equal(found["result"], expected | {"corrupt": 0, "changed": 0, "lastError": None}, "result")
    equal(found["metrics"]["lastCleanup"], None, "lastCleanup")
