"""How every page looks: for a screen reader, on a phone, in the dark, in another time zone."""

import datetime
import importlib.util
import pathlib
import re
import zoneinfo

from kit import Failure, equal, eventually, true

from .cases import at, shows, test, text

AXE = pathlib.Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
ZONE = "Asia/Kathmandu"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors "
)


async def prepare(case):
    """Something to see on every page; the paths of all pages."""
    world = case.world
    ended = (await world.ask("POST", "run?wait=true", {"tasks": ["cache", "logs", "sessions"], "dry_run": False}))["tasks"]
    dry = (await world.ask("POST", "run?wait=true", {"tasks": ["backups"]}))["id"]
    plan = (await world.ask("POST", "plans", {"tasks": ["backups", "events", "uploads"]}, expecting=201))["id"]
    await world.ask("PUT", "settings", {"tasks": {"logs": {"older_than": "60d"}}})
    going = await world.held()

    async def failed():
        return (await world.ask("GET", "jobs"))["dead"] > 0

    await eventually(failed, "a job has failed")
    paths = ["", "/runs", "/jobs", "/settings", "/tasks/cache", "/tasks/uploads", "/tasks/uploads/candidates?search=6"]
    paths += [f"/runs/{dry}", f"/runs/{ended['logs']['id']}", f"/runs/{going}", f"/plans/{plan}", "/widget", "/runs/none"]
    return [f"/cleanup{path}" for path in paths]


async def open_all(case, page, paths):
    """Opens one after the other, and gives its path when everything is there."""
    for path in paths:
        await page.goto(case.world.origin + path)
        await eventually(lambda: nothing_is_awaited(page), f"all of {path} is there")
        yield path


async def nothing_is_awaited(page):
    return await page.locator("[aria-busy]").count() == 0


async def violations(page, scheme):
    """What axe finds, each in a line. Light and dark differ in colours alone, which one of its rules is about."""
    rules = {} if scheme == "light" else {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = await page.evaluate("(rules) => axe.run(document, { resultTypes: ['violations'], ...rules })", rules)
    passes = {one["id"] for one in found["passes"]}
    true("color-contrast" in passes and (scheme == "dark" or len(passes) > 5), f"axe looked at something: {passes}")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
        for one in found["violations"] for node in one["nodes"]
    ]


@test(at_start=True)
async def axe_finds_nothing_on_any_page_in_light_and_dark_on_desktop_and_phone(case):
    paths = await prepare(case)
    page = await case.page()
    axe = AXE.read_text()
    found = []

    async def inspect(path):
        await page.evaluate(axe)
        for scheme in ["light", "dark"]:
            await page.emulate_media(color_scheme=scheme)
            for viewport in [DESKTOP, PHONE]:
                await page.set_viewport_size(viewport)
                found.extend(f"{path}, {scheme}, {viewport['width']} px: {one}" for one in await violations(page, scheme))

    with case.expecting(404, 401):
        async for path in open_all(case, page, paths):
            await inspect(path)
        await page.goto(case.world.origin + "/cleanup")
        await page.locator("#schedule-switch").click()
        await inspect("the question of a button")
        await page.locator("#ask-yes").click()
        await shows(page, "#message", "stopped")
        await inspect("a message")
        # A page that looks again without a session goes to the login by itself, in the way of ours.
        await page.goto("about:blank")
        await page.context.clear_cookies()
        await page.goto(case.world.origin + "/cleanup")
        await inspect("the login")
    equal(found, [], "violations")


@test(at_start=True)
async def no_page_is_wider_than_a_phone(case):
    paths = await prepare(case)
    case.world.write("backups/prod/" + "w" * 240 + ".dump", 1, 400)
    plan = (await case.world.ask("POST", "plans", {"tasks": ["backups"]}, expecting=201))["id"]
    page = await case.page(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    wide = []

    async def measure(path):
        # Of the window as it is laid out: a phone zooms out where a page is wider.
        width = await page.evaluate("Math.max(document.scrollingElement.scrollWidth, innerWidth)")
        if width > PHONE["width"]:
            wide.append((path, width, await page.evaluate("""(width) => [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > width).map((one) => one.outerHTML.slice(0, 80))
                .slice(0, 3)""", PHONE["width"])))

    with case.expecting(404, 401):
        async for path in open_all(case, page, [*paths, f"/cleanup/plans/{plan}"]):
            await measure(path)
        await page.goto(case.world.origin + "/cleanup")
        await page.locator("#schedule-switch").tap()
        await page.locator("#ask").wait_for()
        await measure("the question of a button")
        await page.locator("#ask-yes").tap()
        await shows(page, "#message", "stopped")
        await measure("a message")
        # A page that looks again without a session goes to the login by itself, in the way of ours.
        await page.goto("about:blank")
        await page.context.clear_cookies()
        await page.goto(case.world.origin + "/cleanup")
        await measure("the login")
    equal(wide, [], "pages wider than a phone")


@test(at_start=True)
async def times_are_the_readers_with_utc_in_the_title(case):
    paths = await prepare(case)
    going = (await case.world.ask("GET", "status"))["active"][0]["request"]
    page = await case.page(timezone_id=ZONE, locale="en-GB")
    seen = 0
    with case.expecting(404):
        async for path in open_all(case, page, paths):
            seen += await check_times(page, path)
    true(seen > 50, f"{seen} times were seen")
    # What is exchanged while the page is open as well.
    await page.goto(case.world.origin + "/cleanup")
    await case.world.ask("POST", "run?wait=true", {"tasks": ["logs"], "dry_run": False})
    await case.world.ask("DELETE", f"runs/{going}", expecting=204)
    await shows(page, "#task-bulk .badges", "cancelled")
    await check_times(page, "the overview as it is now")


async def check_times(page, path):
    # In one step, for the page is alive.
    times = await page.locator("time").evaluate_all("all => all.map((one) => [one.dateTime, one.textContent, one.title])")
    for iso, words, title in times:
        utc = datetime.datetime.fromisoformat(iso)
        local = utc.astimezone(zoneinfo.ZoneInfo(ZONE))
        true(f"{local:%H:%M}" in words, f"{words!r} is {local} at {path}")
        true(f"{local.day} " in words, f"{words!r} is {local} at {path}")
        equal(title, f"{utc:%Y-%m-%d %H:%M:%S} UTC", f"title of a time at {path}")
    return len(times)


@test(at_start=True)
async def pages_allow_nothing_but_their_own_scripts_and_styles(case):
    paths = await prepare(case)
    page = await case.page()
    with case.expecting(404):
        for path in paths:
            answer = await page.goto(case.world.origin + path)
            ancestors = "'self'" if path.endswith("/widget") else "'none'"
            equal(answer.headers["content-security-policy"], POLICY + ancestors, f"policy of {path}")
            equal(answer.headers["x-content-type-options"], "nosniff", f"of {path}")
            equal(answer.headers["cache-control"], "no-store", f"caching of {path}")
            content = await answer.text()
            for part in [r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle\s*=", r"\son[a-z]+\s*=", r"https?://"]:
                found = re.search(part, content)
                true(found is None, f"{path} has {part}: {found and content[found.start():][:80]}")


@test(at_start=True)
async def every_control_is_reached_by_the_keyboard_and_shows_it(case):
    paths = await prepare(case)
    page = await case.page()
    with case.expecting(404):
        async for path in open_all(case, page, [path for path in paths if "widget" not in path]):
            await page.evaluate("document.activeElement?.blur()")
            count = await page.locator(
                "a[href]:visible, button:enabled:visible, input:enabled:visible, select:enabled:visible"
            ).count()
            reached = set()
            for _ in range(count + 5):
                await page.keyboard.press("Tab")
                here = await page.evaluate(FOCUS)
                if here is None:
                    break
                true(here["seen"], f"the focus is seen on {here['what']} at {path}")
                reached.add(here["index"])
            if len(reached) < count:
                raise Failure(f"{len(reached)} of {count} controls are reached at {path}")


# What has the focus, and whether that is seen: an outline, within the window.
FOCUS = """() => {
    const here = document.activeElement;
    if (here === null || here === document.body) return null;
    const style = getComputedStyle(here);
    const box = here.getBoundingClientRect();
    const isThere = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
    const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { index: [...document.querySelectorAll("*")].indexOf(here), seen: isThere && isMarked, id: here.id,
        what: here.outerHTML.slice(0, 120), text: here.textContent.trim() };
}"""


@test()
async def without_script_everything_is_there_to_be_read(case):
    page = await case.page(java_script_enabled=False)
    true(await page.get_by_text("Removes files older than 30d").count() > 0, "policies")
    true("Without JavaScript" in await text(page, "main"), "what it lacks")
    await page.goto(case.world.origin + "/cleanup/tasks/logs")
    await page.get_by_role("link", name="on a page of its own").click()
    await at(page, "/cleanup/tasks/logs/candidates")
    equal(await page.locator("#candidates tbody tr").count(), 29, "candidates")
