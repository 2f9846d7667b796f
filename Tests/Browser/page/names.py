"""Names of files that would like to be more than text."""

import os

from kit import equal, true

from .cases import at, shows, test

LONG = "n" * 240 + ".dump"
# What it is called, and a part that a person must be able to read of it.
NAMES = {
    b"<img src=x onerror=alert(1)>.dump": "<img src=x onerror=alert(1)>.dump",
    b"<script>alert(1).dump": "<script>alert(1).dump",
    b"\" autofocus onfocus='alert(1)'.dump": "\" autofocus onfocus='alert(1)'.dump",
    b"'><svg onload=alert(1)>.dump": "'><svg onload=alert(1)>.dump",
    "<\u0301script>alert(1).dump".encode(): "script>alert(1).dump",
    "\"\u0301 onfocus=alert(1) x=.dump".encode(): "onfocus=alert(1) x=.dump",
    b"{{who}}{{{role}}}.dump": "{{who}}{{{role}}}.dump",
    b"&lt;b&gt; &amp; &#x3c;i&#x3e;.dump": "&lt;b&gt; &amp; &#x3c;i&#x3e;.dump",
    b"esc\x1b[31mred\x07.dump": "red",
    b"line\nfeed\ttab\r.dump": "feed",
    "right\u202eto\u2066left\u200b.dump".encode(): "left",
    b"not\xff\xfeutf8.dump": "utf8.dump",
    LONG.encode(): LONG,
}
MADE = """() => {
    const made = document.querySelectorAll("img, iframe, object, main script, main svg:not(.chart), main b b, tbody i, tbody b");
    const handlers = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes])
        .filter((attribute) => attribute.name.startsWith("on") || attribute.name === "autofocus");
    return [...made].map((one) => one.outerHTML).concat(handlers.map((one) => `${one.name}=${one.value}`));
}"""


def make(world):
    for folder in ["<b>prod<i>", "qa\u202e\"'"]:
        for number, name in enumerate(NAMES):
            path = os.path.join(os.fsencode(world.path("backups")), folder.encode(), name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(b"x" * 100)
            moment = world.now - (100 + number) * 86_400
            os.utime(path, (moment, moment))


async def harmless(page, part_of_names):
    """No element came of a name; and those names can be read."""
    equal(await page.evaluate(MADE), [], "what came of names")
    names = await page.locator("tbody .name").all_text_contents()
    for part in part_of_names:
        true(any(part in name for name in names), f"{part!r} can be read among {names}")
    for name in names:
        bad = [character for character in name if ord(character) < 32 or 0x7F <= ord(character) < 0xA0]
        equal(bad, [], f"control characters of {name!r}")
    directions = await page.locator("tbody .name").evaluate_all("all => all.map((one) => getComputedStyle(one).unicodeBidi)")
    equal({one for one in directions if "isolate" not in one}, set(), "names whose direction leaks into what follows")


@test()
async def names_of_files_are_only_text_wherever_they_are_shown(case):
    world = case.world
    make(world)
    page = await case.page("/cleanup/tasks/backups", role="operate")
    page.on("dialog", lambda dialog: case.complaints.append(f"a dialog: {dialog.message}"))
    await shows(page, "#candidates", "would be removed")
    # The last three of each group stay, which are the first by age.
    going = list(NAMES.values())[3:]
    await harmless(page, going)
    await page.goto(f"{world.origin}/cleanup/tasks/backups/candidates?search=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    await harmless(page, [])
    await page.goto(f"{world.origin}/cleanup")
    await page.locator("#run-backups").click()
    await at(page, "/cleanup/plans/.+")
    await harmless(page, going)
    await page.locator("#confirm").click()
    await at(page, "/cleanup/runs/.+")
    await shows(page, "#run-state", "success")
    await harmless(page, going)
    left = world.names("backups/<b>prod<i>")
    equal(len(left), 3, f"files left: {left}")


@test()
async def what_is_asked_for_by_address_is_only_text_too(case):
    page = await case.page(role="operate")
    wicked = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22'%CC%81%E2%80%AE"
    with case.expecting(404, 400):
        for path in [
            f"runs/{wicked}", f"plans/{wicked}", f"tasks/{wicked}", f"tasks/{wicked}/candidates", f"runs?task={wicked}",
            f"runs?before={wicked}", f"jobs?state={wicked}", f"jobs?{wicked}=1", f"tasks/logs/candidates?search={wicked}",
        ]:
            answer = await page.goto(f"{case.world.origin}/cleanup/{path}")
            true(answer.status in [200, 400, 404], f"status of {path}: {answer.status}")
            true("text/html" in answer.headers["content-type"], f"type of {path}")
            equal(await page.evaluate(MADE), [], f"what came of {path}")
