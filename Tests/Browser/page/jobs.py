"""The queue: what failed is tried again, what waits runs now, and what is not wanted is taken out."""

import json

from kit import equal, eventually, true

from .cases import at, shows, test, text


async def job(case, page, cycle):
    """The row of a cycle's job, once it is in that state; its selector."""

    async def there():
        found = await case.world.ask("GET", "jobs")
        return next((job for job in found["jobs"] if job["cycle"] == cycle and job["state"] in ["failed", "delayed"]), None)

    found = await eventually(there, f"the first attempt of {cycle} has failed")
    await page.goto(case.world.origin + "/cleanup/jobs")
    return f'tr[data-job="{found["id"]}"]'


def mend(case):
    """From now on what had failed succeeds."""
    text = json.dumps({"tokens": {}, "tickets": {}})
    (case.world.folder / "absent.json").write_text(text)


@test(at_start=True)
async def a_failed_job_is_tried_again(case):
    page = await case.page(role="operate")
    row = await job(case, page, "broken")
    words = await text(page, row)
    true("failed" in words and "1 of 1" in words and "is not there" in words, words)
    mend(case)
    await page.locator(row).get_by_text("Retry", exact=True).click()
    await shows(page, "#message", "waits for its turn")
    await shows(page, row, "completed")
    equal(await page.locator(row).get_by_text("Retry", exact=True).count(), 0, "buttons that would try it again")


@test(at_start=True)
async def a_delayed_job_runs_now(case):
    page = await case.page(role="operate")
    row = await job(case, page, "flaky")
    true("delayed" in await text(page, row) and "1 of 3" in await text(page, row), await text(page, row))
    mend(case)
    await page.locator(row).get_by_text("Run now", exact=True).click()
    await shows(page, row, "completed")


@test(at_start=True)
async def a_job_is_removed_after_a_question(case):
    page = await case.page(role="operate")
    row = await job(case, page, "flaky")
    await page.locator(row).get_by_text("Remove", exact=True).click()
    await page.locator("#ask-no").click()
    equal(await page.locator("dialog[open]").count(), 0, "open dialogs")
    await page.locator(row).get_by_text("Remove", exact=True).click()
    await page.keyboard.press("Escape")
    cycles = [job["cycle"] for job in (await case.world.ask("GET", "jobs"))["jobs"]]
    true("flaky" in cycles, "it is still there after No and Escape")
    await page.locator(row).get_by_text("Remove", exact=True).click()
    await page.locator("#ask-yes").click()
    await shows(page, "#message", "removed")

    async def gone():
        return await page.locator(row).count() == 0

    await eventually(gone, "its row is gone")
    cycles = [job["cycle"] for job in (await case.world.ask("GET", "jobs"))["jobs"]]
    true("flaky" not in cycles, f"it is out of the queue: {cycles}")


@test(at_start=True)
async def jobs_are_shown_by_state(case):
    page = await case.page(role="view")
    broken = await job(case, page, "broken")
    flaky = await job(case, page, "flaky")
    for state, shown, hidden in [("failed", broken, flaky), ("delayed", flaky, broken)]:
        await page.get_by_role("list", name="States").get_by_role("link", name=state).click()
        await at(page, f"/cleanup/jobs.state={state}")
        equal(await page.locator(shown).count(), 1, f"jobs that are {state}")
        equal(await page.locator(hidden).count(), 0, f"others among what is {state}")
    await page.get_by_role("list", name="States").get_by_role("link", name="completed").click()
    await at(page, "/cleanup/jobs.state=completed")
    true("No jobs" in await text(page, "#jobs"), "none is completed")
