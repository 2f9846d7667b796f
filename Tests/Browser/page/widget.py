"""The widget in other dashboards."""

import kit
from kit import equal, eventually, true

from .cases import shows, test, text


def dashboard(case, address):
    """A page elsewhere that frames the widget, as the files of a site."""
    file = case.world.folder / "dashboard.html"
    file.write_text(f'<!doctype html><title>dashboard</title><iframe id="frame" width="600" height="500" src="{address}">')
    return {"dashboard.html": file}


async def framed(case, site, host="127.0.0.1", role=None):
    """The frame in a dashboard of that site, once something has been loaded into it."""
    context = await case.browser.new_context()
    case.contexts.append(context)
    if role:
        await case.log_in(context, role)
    page = await context.new_page()
    await page.goto(f"{site.replace('127.0.0.1', host)}/dashboard.html")

    async def settled():
        frame = page.frames[-1]
        return frame != page.main_frame and frame.url != "" and await frame.evaluate("document.readyState") == "complete"

    await eventually(settled, "the frame is there")
    return page.frames[-1]


@test(starts=False)
async def an_origin_of_the_configuration_shows_the_widget_and_no_other_does(case):
    files = {}
    with kit.serving(kit.site(files)) as listed, kit.serving(kit.site(files)) as other:
        await case.start(http=f'  frame_ancestors: ["{listed}"]\n')
        files.update(dashboard(case, f"{case.world.origin}/cleanup/widget"))
        frame = await framed(case, listed, role="view")
        await shows(frame, "main", "ready")
        words = await text(frame, "main")
        for part in ["Removes files older than 30d", "Next:", "Last 24 h: 0 items"]:
            true(part in words, f"{part} stands in {words}")
        link = frame.get_by_role("link", name="cleanupd")
        equal(await link.get_attribute("target"), "_blank", "where its link opens")
        run = await case.world.held()
        await shows(frame, "main", "running")
        await case.world.ask("DELETE", f"runs/{run}", expecting=204)
        await shows(frame, "main", "cancelled")
        frame = await framed(case, other, role="view")
        equal(await frame.locator("main").count(), 0, "widgets at an origin that is not listed")
        true("Removes" not in await frame.content(), "nothing of it is told there")


@test(starts=False)
async def no_other_page_is_framed_even_by_a_listed_origin(case):
    files = {}
    with kit.serving(kit.site(files)) as listed:
        await case.start(http=f'  frame_ancestors: ["{listed}"]\n')
        for path in ["/cleanup", "/cleanup/settings", "/cleanup/runs"]:
            files.update(dashboard(case, case.world.origin + path))
            frame = await framed(case, listed, role="admin")
            equal(await frame.locator("main").count(), 0, f"what is framed of {path}")


@test(starts=False)
async def a_dashboard_of_another_site_has_no_session(case):
    files = {}
    with kit.serving(kit.site(files)) as site:
        listed = site.replace("127.0.0.1", "localhost")
        await case.start(http=f'  frame_ancestors: ["{listed}"]\n')
        files.update(dashboard(case, f"{case.world.origin}/cleanup/widget"))
        frame = await framed(case, site, host="localhost", role="admin")
        equal(await frame.locator("main li").count(), 0, "tasks without a session")
        true("Removes" not in await frame.content(), "nothing is told")


@test(starts=False, has_tokens=False)
async def an_open_service_on_loopback_shows_its_widget(case):
    files = {}
    with kit.serving(kit.site(files)) as listed, kit.serving(kit.site(files)) as other:
        await case.start(http=f'  frame_ancestors: ["{listed}"]\n')
        files.update(dashboard(case, f"{case.world.origin}/cleanup/widget"))
        frame = await framed(case, listed)
        await shows(frame, "main", "ready")
        frame = await framed(case, other)
        equal(await frame.locator("main").count(), 0, "widgets at an origin that is not listed")
