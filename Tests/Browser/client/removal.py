"""What may happen between the choice of a record and its removal."""

from kit import equal, true

from .cases import test


@test
async def a_record_that_was_used_after_its_choice_stays(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([30, 30, 30]));
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (names, mode) {
            if (mode === "readwrite") {
                IDBDatabase.prototype.transaction = transaction;
                // The app comes first: one session is used again, one made anew with an old time, one removed.
                const store = transaction.call(this, names, mode).objectStore("sessions");
                store.put({ id: 1, lastAccessed: Date.now(), size: 10 });
                store.put({ id: 2, lastAccessed: Date.now() - 40 * app.HOUR, size: 10 });
                store.delete(3);
            }
            return transaction.call(this, names, mode);
        };
        return { result: await client.createCleanupService().runCleanup(), keys: await app.keys() };
    }""")
    equal(found["keys"], [1, 2], "keys left")
    result = found["result"]
    equal((result["sessionsCleared"], result["changed"], result["errors"]), (0, 2, 0), "cleared, changed, errors")


@test
async def a_record_that_was_used_after_its_choice_stays_in_an_emergency(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged([3, 2, 1, 0.5, 0.1, 0], 100000));
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (names, mode) {
            if (mode === "readwrite") {
                IDBDatabase.prototype.transaction = transaction;
                const store = transaction.call(this, names, mode).objectStore("sessions");
                store.put({ id: 1, lastAccessed: Date.now(), size: 100000 });
            }
            return transaction.call(this, names, mode);
        };
        const result = await client.createCleanupService({ maxStorageMB: 0.5 }).runCleanup();
        return { result, keys: await app.keys() };
    }""")
    true(1 in found["keys"], "the session that was used again is there")
    equal(found["result"]["changed"], 1, "changed")
    equal(6 - len(found["keys"]), found["result"]["emergency"], "removed by the emergency")


@test
async def what_is_rolled_back_is_not_counted(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged(Array(3).fill(30)));
        const remove = IDBCursor.prototype.delete;
        let calls = 0;
        IDBCursor.prototype.delete = function () {
            const request = remove.call(this);
            // The last deletion of the batch takes all before it back.
            calls += 1;
            if (calls === 3) request.addEventListener("success", () => request.transaction.abort());
            return request;
        };
        const service = client.createCleanupService();
        const result = await service.runCleanup();
        return { result, metrics: service.getMetrics(), keys: await app.keys(), calls };
    }""")
    equal(found["calls"], 3, "deletions")
    equal(found["keys"], [1, 2, 3], "keys left")
    counts = [found[one][name] for one in ("result", "metrics") for name in ("sessionsCleared", "bytesFreed", "errors")]
    equal(counts, [0, 0, 1, 0, 0, 1], "counts")
    true("was rolled back" in found["metrics"]["lastError"], found["metrics"]["lastError"])


@test
async def a_failed_batch_does_not_stop_the_others(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged(Array(900).fill(30)));
        const remove = IDBCursor.prototype.delete;
        let isFirst = true;
        IDBCursor.prototype.delete = function () {
            const request = remove.call(this);
            if (isFirst) request.transaction.abort();
            isFirst = false;
            return request;
        };
        const service = client.createCleanupService();
        const first = await service.runCleanup();
        const left = (await app.keys()).length;
        const second = await service.runCleanup();
        return { first, left, second, end: (await app.keys()).length };
    }""")
    true(0 < found["left"] < 900, f"some batches failed and some did not: {found['left']} are left")
    equal(found["first"]["sessionsCleared"], 900 - found["left"], "sessions cleared")
    equal(found["first"]["bytesFreed"], 10 * (900 - found["left"]), "bytes freed")
    equal(found["first"]["errors"], 1, "errors")
    equal((found["second"]["sessionsCleared"], found["end"]), (found["left"], 0), "the next run clears the rest")


@test
async def an_exceeded_quota_is_told_and_nothing_is_counted(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        await app.make(app.aged(Array(3).fill(30)));
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (names, mode) {
            const made = transaction.call(this, names, mode);
            // A browser ends a transaction in this way that finds the disk full.
            const full = new DOMException("The disk is full.", "QuotaExceededError");
            if (mode === "readwrite") {
                Object.defineProperty(made, "error", { value: full });
                queueMicrotask(() => made.abort());
            }
            return made;
        };
        const result = await client.createCleanupService().runCleanup();
        IDBDatabase.prototype.transaction = transaction;
        return { result, keys: await app.keys() };
    }""")
    equal(found["keys"], [1, 2, 3], "keys left")
    equal((found["result"]["sessionsCleared"], found["result"]["errors"]), (0, 1), "cleared and errors")
    true("QuotaExceededError: The disk is full." in found["result"]["lastError"], found["result"]["lastError"])


# Values of some records cannot be read in transactions of a mode, as where their file is gone; the keys can.
BREAK = """(mode) => {
    const { openCursor } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.openCursor = function (...given) {
        const request = openCursor.apply(this, given);
        request.addEventListener("success", (event) => {
            if (this.transaction.mode !== mode || ![1, 5, 6, 9].includes(request.result?.key)) return;
            event.stopImmediatePropagation();
            // A failure that nobody takes as his takes the whole transaction back.
            const isHandled = !request.dispatchEvent(new Event("error", { bubbles: true, cancelable: true }));
            if (!isHandled) request.transaction.abort();
        });
        return request;
    };
}"""


async def broken(case, mode):
    page = await case.page()
    await page.evaluate("() => app.make(app.aged(Array(9).fill(30)))")
    await page.evaluate(BREAK, mode)
    result = await page.evaluate("() => client.createCleanupService().runCleanup()")
    equal(await page.evaluate("app.keys()"), [1, 5, 6, 9], "keys left")
    equal((result["sessionsCleared"], result["errors"]), (5, 4), "cleared and errors")
    return result["lastError"]


@test
async def a_record_that_cannot_be_read_does_not_stop_the_others(case):
    equal(await broken(case, "readonly"), '4 records of "sessions" could not be read and are kept.', "lastError")


@test
async def a_record_that_cannot_be_removed_does_not_stop_the_others(case):
    equal(await broken(case, "readwrite"), "4 records could not be removed.", "lastError")


@test
async def fifty_thousand_records_go_in_bounded_transactions_and_the_app_writes_meanwhile(case):
    page = await case.page()
    found = await page.evaluate("""async () => {
        const records = app.plain(50_000);
        for (const record of records) if (record.id % 5 === 0) record.lastAccessed = Date.now();
        await app.make(records);
        const log = app.watch();
        let isEnded = false;
        const run = client.createCleanupService().runCleanup().finally(() => { isEnded = true; });
        const database = await app.open();
        let writes = 0;
        while (!isEnded) {
            const transaction = database.transaction("sessions", "readwrite");
            transaction.objectStore("sessions").put({ id: -1 - writes, lastAccessed: Date.now(), size: 20 });
            await app.committed(transaction);
            if (!isEnded) writes += 1;
        }
        const result = await run;
        const left = await app.within("readonly", (store) => store.count());
        return { result, left, writes, deletions: Math.max(...log.map((entry) => entry.deletions)),
            values: Math.max(...log.map((entry) => entry.values)),
            batches: log.filter((entry) => entry.deletions > 0).length };
    }""")
    equal(found["result"]["sessionsCleared"], 40_000, "sessions cleared")
    equal(found["result"]["bytesFreed"], 800_000, "bytes freed")
    true(10_000 + found["writes"] <= found["left"] <= 10_001 + found["writes"], f"{found['left']} records are left")
    true(0 < found["deletions"] <= 250, f"at most 250 deletions a transaction: {found['deletions']}")
    true(found["values"] <= 250, f"at most 250 records a transaction: {found['values']}")
    true(found["batches"] >= 160, f"at least 160 batches: {found['batches']}")
    true(found["writes"] >= 100, f"the app wrote at least 100 times in between: {found['writes']}")
