"""What is told to a cleanupd, and that it never disturbs the cleaning."""

import contextlib
import http.server
import json
import threading

from kit import equal, eventually, serving, true

from .cases import test

REPORTED = """async ({ url, times = 1, hours = [30, 30, 1] }) => {
    await app.make(app.aged(hours, 100));
    window.service = client.createCleanupService({ report: { url, app: "chatterbox-web_1.0" } });
    const results = [];
    for (let run = 0; run < times; run += 1) results.push(await service.runCleanup());
    return { results, storage: (await service.getStorageStatus()).storageInfo };
}"""


@contextlib.contextmanager
def receiver(statuses=(), is_allowed=True, waits=None):
    """A server of another origin; gives its address, and the requests that it got. Answers by turns, then with 204."""
    received, answers = [], list(statuses)

    class Receiver(http.server.BaseHTTPRequestHandler):
        def answer(self, status):
            self.send_response(status)
            if is_allowed:
                self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "null"))
                self.send_header("Access-Control-Allow-Methods", "POST")
                self.send_header("Access-Control-Allow-Headers", "content-type")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_OPTIONS(self):
            received.append(("OPTIONS", dict(self.headers), b""))
            self.answer(204 if is_allowed else 403)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(("POST", dict(self.headers), body))
            if waits:
                waits.wait(60)
            self.answer(answers.pop(0) if answers else 204)

        def log_message(self, *_):
            pass

    with serving(Receiver) as origin:
        yield origin + "/api/cleanup/client-report", received


def posts(received):
    return [json.loads(body) for method, _, body in received if method == "POST"]


async def outcome(page):
    """What became of the last report, once it is known."""
    return await eventually(lambda: page.evaluate("service.reportOutcome"), "the report has an end")


@test
async def a_run_is_reported_once_without_credentials(case):
    page = await case.page("document.cookie = 'login=secret'")
    with receiver() as (url, received):
        found = await page.evaluate(REPORTED, {"url": url})
        equal(await outcome(page), "accepted", "outcome")
        await page.evaluate("service.runCleanup({ dryRun: true })")
        equal([method for method, _, _ in received], ["OPTIONS", "POST"], "requests")
        _, headers, body = received[1]
    headers = {name.lower(): value for name, value in headers.items()}
    equal(headers["content-type"], "application/json", "Content-Type")
    equal([name for name in headers if name in ("cookie", "authorization", "referer")], [], "what says who the user is")
    true(len(body) <= 1024, f"the body is at most 1 KiB: {len(body)}")
    storage = found["storage"]
    expected = {"app": "chatterbox-web_1.0", "sessions_cleared": 2, "bytes_freed": 200, "errors": 0}
    expected["storage_quota_bytes"] = storage["limit"]
    report = json.loads(body)
    used = report.pop("storage_used_bytes")
    equal(report, expected, "report")
    true(0 < used <= storage["limit"] and isinstance(used, int), f"storage_used_bytes: {used}")
    equal(storage["limit"], 100 * 1024 * 1024, "limit")


@test
async def each_run_has_a_report_of_its_own(case):
    page = await case.page()
    with receiver() as (url, received):
        await page.evaluate(REPORTED, {"url": url})
        # One after the other: what is sent at once may come in another order.
        for count in [1, 2, 3]:
            if count > 1:
                await page.evaluate("service.runCleanup()")

            async def come():
                return len(posts(received)) == count

            await eventually(come, f"report {count} has come")
        equal([post["sessions_cleared"] for post in posts(received)], [2, 0, 0], "sessions cleared")


@test
async def skipped_runs_are_not_reported(case):
    page = await case.page()
    with receiver() as (url, received):
        found = await page.evaluate("""async (url) => {
            window.service = client.createCleanupService({ report: { url, app: "a" } });
            const missing = await service.runCleanup();
            await app.make(app.aged([30]));
            const release = await new Promise((resolve) => {
                const name = "cleanup-client:chatterbox-recovery/sessions";
                navigator.locks.request(name, () => new Promise((end) => resolve(end)));
            });
            const locked = await service.runCleanup();
            release();
            await app.make(app.aged([30]));
            while ((await service.runCleanup()).skipped);
            return [missing.skipped, locked.skipped];
        }""", url)
        equal(found, ["no database", "another tab"], "skipped")
        await outcome(page)
        equal(len(posts(received)), 1, "reports")


@test
async def a_failed_run_is_reported_with_its_errors(case):
    page = await case.page()
    with receiver() as (url, received):
        await page.evaluate("""async (url) => {
            await app.make(app.aged([30]));
            window.service = client.createCleanupService({ store: "none", report: { url, app: "a" } });
            await service.runCleanup();
        }""", url)
        await outcome(page)
        expected = {"app": "a", "sessions_cleared": 0, "bytes_freed": 0, "errors": 1}
        expected |= {"storage_used_bytes": 0, "storage_quota_bytes": 0}
        equal(posts(received), [expected], "report")


@test
async def a_refusal_by_cors_does_no_harm(case):
    page = await case.page()
    with receiver(is_allowed=False) as (url, received):
        found = await page.evaluate(REPORTED, {"url": url, "times": 2})
        true((await outcome(page)).startswith("failed ("), "the report failed")
        equal(posts(received), [], "reports that came through")
    equal([result["sessionsCleared"] for result in found["results"]], [2, 0], "sessions cleared")
    equal([result["errors"] for result in found["results"]], [0, 0], "errors")


@test
async def what_the_server_refused_comes_with_the_next_report(case):
    page = await case.page()
    with receiver(statuses=[429, 503]) as (url, received):
        found = await page.evaluate("""async (url) => {
            await app.make(app.aged([30, 30], 100));
            window.service = client.createCleanupService({ report: { url, app: "a" } });
            const outcomes = [];
            for (let run = 0; run < 4; run += 1) {
                const before = service.reportOutcome;
                const result = await service.runCleanup();
                if (result.errors) throw new Error(result.lastError);
                while (service.reportOutcome === before && run < 3) await new Promise((resolve) => setTimeout(resolve));
                outcomes.push(service.reportOutcome);
            }
            return outcomes;
        }""", url)
        equal(found[:3], ["refused with status 429", "refused with status 503", "accepted"], "outcomes")

        async def four():
            return len(posts(received)) == 4

        await eventually(four, "four reports have come")
        equal([post["sessions_cleared"] for post in posts(received)], [2, 2, 2, 0], "sessions cleared")
        equal([post["bytes_freed"] for post in posts(received)], [200, 200, 200, 0], "bytes freed")


@test
async def a_run_does_not_wait_for_its_report(case):
    page = await case.page()
    waits = threading.Event()
    with receiver(waits=waits) as (url, received):
        found = await page.evaluate(REPORTED, {"url": url, "times": 2})
        equal([result["sessionsCleared"] for result in found["results"]], [2, 0], "sessions cleared")
        equal(await page.evaluate("service.reportOutcome"), None, "outcome while the server waits")
        waits.set()
        equal(await outcome(page), "accepted", "outcome")


@test
async def a_server_that_is_not_there_does_no_harm(case):
    page = await case.page()
    with receiver() as (url, _):
        pass
    found = await page.evaluate(REPORTED, {"url": url})
    true((await outcome(page)).startswith("failed ("), "the report failed")
    equal((found["results"][0]["sessionsCleared"], found["results"][0]["errors"]), (2, 0), "cleared and errors")
