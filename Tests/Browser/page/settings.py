"""The form of settings: ranges in the page and in the service, what is saved is in force, and back to the file."""

from kit import equal, eventually, true

from .cases import at, shows, test, text

PATH = "/cleanup/settings"


def field(page, name):
    return page.locator(f'#settings [name="{name}"]')


async def save(page, asks=False):
    """Presses the button; what decides about deletions is asked for once more."""
    await page.locator("#save").click()
    if asks:
        await page.locator("#ask-yes").click()


async def settings(case):
    return await case.world.ask("GET", "settings")


@test()
async def what_is_saved_is_in_force(case):
    page = await case.page(PATH)
    await field(page, "tasks.logs.older_than").fill("10d")
    await field(page, "tasks.backups.dry_run").check()
    await field(page, "cycles.nightly.schedule").fill("15 4 * * 1")
    await field(page, "cycles.nightly.retention_days").fill("20")
    await field(page, "cycles.nightly.batch_size").fill("5000")
    await field(page, "cycles.broken.enabled").uncheck()
    before = await settings(case)
    await save(page)
    question = await shows(page, "#ask-text", "This decides what is deleted")
    true("10d instead of 30d" in question and "20 instead of" in question, question)
    true("15 4 * * 1 instead of" in question and "broken" not in question, question)
    await page.locator("#ask-no").click()
    equal(await settings(case), before, "settings after No")
    await save(page, asks=True)
    await shows(page, "#message", "Saved")
    found = await settings(case)
    equal(found["tasks"]["logs"]["older_than"], "10d", "age of logs")
    equal(found["tasks"]["backups"]["dry_run"], True, "dry run of backups")
    nightly = {"enabled": True, "schedule": "15 4 * * 1", "retention_days": 20, "batch_size": 5000, "read_only": False}
    nightly |= {"takes_retention_days": True, "takes_batch_size": True}
    nightly["file_schedule"] = before["cycles"]["nightly"]["schedule"]
    equal(found["cycles"]["nightly"], nightly, "the cycle")
    equal(found["cycles"]["broken"]["enabled"], False, "the other cycle")
    equal((await case.world.ask("GET", "candidates?task=logs"))["remove"], 26, "logs that go at ten days")
    equal((await case.world.ask("GET", "candidates?task=events"))["remove"], 40, "events that go at twenty days")
    run = await case.world.ask("POST", "run?wait=true", {"tasks": ["backups"], "dry_run": False})
    equal(run["tasks"]["backups"]["dry_run"], True, "what a run of backups is")
    await page.goto(case.world.origin + PATH)
    equal(await field(page, "tasks.logs.older_than").input_value(), "10d", "what the form shows")
    equal(await field(page, "tasks.backups.dry_run").is_checked(), True, "what the form shows")
    equal(await field(page, "cycles.nightly.batch_size").input_value(), "5000", "what the form shows")
    true("The file says: older than 30d" in await text(page, "#settings"), "what the file says")


@test()
async def dry_run_of_everything_is_switched_on_and_off(case):
    page = await case.page(PATH)
    await field(page, "dry_run").check()
    await save(page)
    await shows(page, "#message", "Saved")
    await page.get_by_role("link", name="Overview").click()
    true("Dry run" in await shows(page, "#service", "nothing is deleted"), "the overview says it")
    await case.world.ask("POST", "run?wait=true", {"tasks": ["logs"], "dry_run": False})
    equal(len(case.world.names("logs")), 37, "logs left")
    await page.get_by_role("link", name="Settings").click()
    await at(page, PATH)  # before its script has run, the button would send the form itself
    await field(page, "dry_run").uncheck()
    await save(page, asks=True)
    await shows(page, "#message", "Saved")
    equal((await settings(case))["dry_run"], False, "dry run")


@test()
async def going_back_to_the_file_is_in_force_too(case):
    change = {"dry_run": True, "tasks": {"logs": {"older_than": "60d", "dry_run": True}}}
    change["cycles"] = {"nightly": {"retention_days": 7, "schedule": "1 2 3 4 *"}}
    before = await settings(case)
    await case.world.ask("PUT", "settings", change)
    page = await case.page(PATH)
    for button in ["#reset-all", "#reset-tasks-logs", "#reset-cycles-nightly"]:
        await page.locator(button).click()
        await shows(page, "#message", "As the file says again")
        await page.locator("#message").evaluate("(message) => { message.textContent = '' }")

    async def as_before():
        return await settings(case) == before

    await eventually(as_before, "all is as the file says")
    await eventually(lambda: has_value(page, "tasks.logs.older_than", "30d"), "the form shows the file's age")
    equal(await field(page, "dry_run").is_checked(), False, "dry run in the form")
    equal(await page.locator("#reset-tasks-logs").count(), 0, "buttons for what the file says already")


async def has_value(page, name, value):
    return await field(page, name).input_value() == value


@test()
async def an_emptied_field_goes_back_to_the_file(case):
    await case.world.ask("PUT", "settings", {"cycles": {"nightly": {"retention_days": 7, "batch_size": 2000}}})
    page = await case.page(PATH)
    await field(page, "cycles.nightly.retention_days").fill("")
    await save(page, asks=True)
    await shows(page, "#message", "Saved")
    nightly = (await settings(case))["cycles"]["nightly"]
    equal((nightly.get("retention_days"), nightly["batch_size"]), (None, 2000), "retention and batch")


@test()
async def the_page_refuses_what_is_out_of_range(case):
    page = await case.page(PATH)
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    for name, wrong, right in [
        ("cycles.nightly.retention_days", ["0", "366", "-1", "1.5"], "365"),
        ("cycles.nightly.batch_size", ["999", "100001"], "1000"),
        ("tasks.logs.older_than", ["", "0d", "30", "a month", "-3d"], "30d"),
    ]:
        for value in wrong:
            await field(page, name).fill(value)
            equal(await field(page, name).evaluate("(field) => field.validity.valid"), False, f"{name} = {value!r}")
            await save(page)
            true(await field(page, name).evaluate("(field) => field === document.activeElement"), "the focus is there")
        await field(page, name).fill(right)
        equal(await field(page, name).evaluate("(field) => field.validity.valid"), True, f"{name} = {right!r}")
    true("PUT" not in sent, f"nothing was sent: {sent}")
    # What the page says beneath the field, a person reads before it is wrong, too.
    true("1 to 365" in await text(page, "#settings"), "the range stands there")
    true("1,000 to 100,000" in await text(page, "#settings"), "the range stands there")


@test()
async def the_service_refuses_what_the_page_was_made_to_send(case):
    page = await case.page(PATH)
    before = await settings(case)
    await page.evaluate("""() => {
        for (const field of document.querySelectorAll('#settings input')) {
            for (const rule of ['pattern', 'min', 'max', 'step', 'required']) field.removeAttribute(rule);
        }
    }""")
    for name, wrong, words in [
        ("cycles.nightly.retention_days", "366", "365"),
        ("cycles.nightly.batch_size", "999", "1,000"),
        ("cycles.nightly.schedule", "61 * * * *", "61"),
        ("tasks.logs.older_than", "a month", "older_than"),
    ]:
        right = await field(page, name).input_value()
        await page.locator("#message").evaluate("(message) => { message.textContent = '' }")
        await field(page, name).fill(wrong)
        with case.expecting(400):
            await save(page, asks="batch_size" not in name)
            said = await shows(page, "#message", "nightly" if "cycles" in name else "logs")
        true(words.replace(",", "") in said.replace(",", ""), f"{name} = {wrong}: {said}")
        equal(await page.locator("#message").get_attribute("role"), "alert", "its role")
        equal(await field(page, name).input_value(), wrong, "what was written stays to be mended")
        await field(page, name).fill(right)
    equal(await settings(case), before, "settings")


@test()
async def what_would_change_nothing_is_not_offered(case):
    page = await case.page(PATH)
    for name in ["retention_days", "batch_size"]:
        equal(await field(page, f"cycles.nightly.{name}").count(), 1, f"{name} where a task goes by it")
        equal(await field(page, f"cycles.broken.{name}").count(), 0, f"{name} where no task does")


@test()
async def what_was_changed_outlives_the_end_of_the_session(case):
    page = await case.page(PATH)
    await field(page, "tasks.logs.older_than").fill("61d")
    await field(page, "tasks.backups.dry_run").check()
    await page.context.clear_cookies()
    before = await settings(case)
    with case.expecting(401):
        await page.locator("#save").click()
        await page.locator("#ask-yes").click()
        await page.locator("input#token").fill("wrong")
        await page.get_by_role("button", name="Log in").click()
        await shows(page, "main", "not valid")
        await page.locator("input#token").fill(case.world.token("admin"))
        await page.get_by_role("button", name="Log in").click()
        await shows(page, "#message", "not saved yet")
    equal(page.url.endswith(PATH), True, "where the login leads")
    equal(await field(page, "tasks.logs.older_than").input_value(), "61d", "what was written")
    equal(await field(page, "tasks.backups.dry_run").is_checked(), True, "what was checked")
    equal(await settings(case), before, "settings before they are saved")
    await save(page, asks=True)
    await shows(page, "#message", "Saved")
    equal((await settings(case))["tasks"]["logs"]["older_than"], "61d", "age of logs")
    await page.reload()
    equal(await page.locator("#message").is_hidden(), True, "nothing is put back twice")


@test()
async def what_somebody_else_had_changed_is_not_put_back(case):
    page = await case.page(PATH)
    await field(page, "tasks.logs.older_than").fill("61d")
    await page.context.clear_cookies()
    with case.expecting(401):
        await page.locator("#save").click()
        await page.locator("#ask-yes").click()
        await page.locator("input#token").fill(case.world.token("operate"))
        await page.get_by_role("button", name="Log in").click()
        await shows(page, "header", "t_operate")
        await page.wait_for_load_state("load")  # what the page puts back, it puts back before this
    equal(await field(page, "tasks.logs.older_than").input_value(), "30d", "what the form shows")
    equal(await page.evaluate("sessionStorage.length"), 0, "what is kept")


@test()
async def only_admins_change_settings(case):
    for role in ["view", "operate"]:
        page = await case.page(PATH, role=role)
        equal(await page.locator("#settings button").count(), 0, f"buttons for {role}")
        equal(await page.locator("#settings input:enabled").count(), 0, f"open fields for {role}")
        true("needs the role admin" in await text(page, "main"), "why")
