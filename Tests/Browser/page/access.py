"""Who sees what: login, logout, roles."""

from kit import equal, true

from .cases import at, shows, test, text

PAGES = ["", "/runs", "/jobs", "/settings", "/tasks/logs", "/tasks/logs/candidates", "/runs/nothing", "/plans/nothing"]


@test()
async def without_a_session_every_page_asks_for_a_token(case):
    context = await case.context()
    page = await context.new_page()
    with case.expecting(401):
        for path in [*PAGES, "/widget"]:
            answer = await page.goto(f"{case.world.origin}/cleanup{path}")
            equal(answer.status, 401, f"status of {path}")
            equal(await page.locator("input#token").count(), 1, f"fields for a token at {path}")
            words = await text(page, "body")
            for part in ["Removes", "nightly", "t_admin", str(case.world.folder)]:
                true(part not in words, f"{part} is not told at {path}: {words}")


@test()
async def a_login_with_a_token_leads_to_the_overview_and_a_logout_back(case):
    context = await case.context()
    page = await context.new_page()
    with case.expecting(401):
        await page.goto(f"{case.world.origin}/cleanup")
        await page.locator("#token").fill("not-a-token")
        await page.get_by_role("button", name="Log in").click()
        await at(page, "/cleanup/login")
        await shows(page, "main", "token")
        equal(await context.cookies(), [], "cookies after a wrong token")
        true("not-a-token" not in await page.content(), "the token is not shown again")
    if await page.locator("#token").count() == 0:
        await page.goto(f"{case.world.origin}/cleanup")
    await page.locator("#token").fill(case.world.token("operate"))
    await page.get_by_role("button", name="Log in").click()
    await at(page, "/cleanup")
    await shows(page, "header", "t_operate (operate)")
    cookies = await context.cookies()
    equal([(one["httpOnly"], one["sameSite"]) for one in cookies], [(True, "Strict")], "cookies")
    equal(await page.evaluate("document.cookie"), "", "what scripts see of them")
    old = cookies[0]
    with case.expecting(401):
        await page.locator("#logout").click()
        await page.locator("input#token").wait_for()
        equal(await context.cookies(), [], "cookies after the logout")
        # Nor does the session go on for who kept the cookie.
        await context.add_cookies([{key: old[key] for key in ["name", "value", "domain", "path"]}])
        answer = await page.goto(f"{case.world.origin}/cleanup")
        equal(answer.status, 401, "status with the old cookie")


@test()
async def who_views_sees_all_and_no_button(case):
    await case.world.ask("POST", "run?wait=true", {"tasks": ["logs"]})
    page = await case.page(role="view")
    for path in ["", "/runs", "/jobs", "/settings", "/tasks/logs"]:
        await page.goto(f"{case.world.origin}/cleanup{path}")
        calls = await page.locator("button[data-call]").evaluate_all("all => all.map((button) => button.id)")
        equal(calls, ["logout"], f"buttons of {path}")
    for method, path, body in [
        ("POST", "run", {"tasks": ["logs"], "dry_run": True}), ("POST", "plans", {"tasks": ["logs"]}),
        ("POST", "schedule/stop", None), ("PUT", "settings", {"dry_run": True}), ("DELETE", "jobs/x", None),
        ("POST", "jobs/x/retry", None), ("DELETE", "runs/x", None), ("POST", "plans/x/apply", None),
    ]:
        equal(await forced(case, page, method, path, body), 403, f"status of {method} {path}")
    equal((await case.world.ask("GET", "schedule"))["running"], True, "the schedule")


@test()
async def who_operates_runs_and_does_not_change_settings(case):
    page = await case.page(role="operate")
    equal(await page.locator("#run-logs").count(), 1, "buttons that run")
    equal(await forced(case, page, "PUT", "settings", {"dry_run": True}), 403, "status of PUT settings")
    equal((await case.world.ask("GET", "settings"))["dry_run"], False, "dry run")


async def forced(case, page, method, path, body):
    """The status that the page's own session gets for a call that no button makes."""
    with case.expecting(403):
        return await page.evaluate("""async ([method, path, body]) => {
            const headers = { "X-Cleanupd-Request": "1" };
            if (body) headers["Content-Type"] = "application/json";
            const answer = await fetch("/api/cleanup/" + path, { method, headers, body: body && JSON.stringify(body) });
            return answer.status;
        }""", [method, path, body])


@test()
async def a_session_that_has_ended_leads_to_the_login(case):
    page = await case.page(role="operate")
    await page.context.clear_cookies()
    with case.expecting(401):
        await page.locator("#dry-run-logs").click()
        await page.locator("input#token").wait_for()
    equal((await case.world.ask("GET", "runs"))["runs"], [], "runs")


@test()
async def a_login_leads_back_to_the_page_that_asked_for_it(case):
    context = await case.context()
    page = await context.new_page()
    with case.expecting(401):
        await page.goto(f"{case.world.origin}/cleanup/runs?task=logs")
        await page.locator("#token").fill(case.world.token("view"))
        await page.get_by_role("button", name="Log in").click()
        await at(page, "/cleanup/runs.task=logs")
    await shows(page, "header", "t_view (view)")


@test(has_tokens=False)
async def without_tokens_on_loopback_everything_is_open(case):
    page = await case.page()
    equal(await page.locator("#logout").count(), 0, "buttons that log out")
    await page.locator("#dry-run-logs").click()
    await at(page, "/cleanup/runs/.+")
    await shows(page, "#run-state", "success")
