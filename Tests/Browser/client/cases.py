"""What each test of the module begins with."""

from kit import eventually

TESTS = []


def test(function):
    """Marks a test; its name says what holds."""
    TESTS.append(function)
    return function


class Case:
    """A browser profile of its own, with pages of one application."""

    def __init__(self, browser, origin):
        self.browser = browser
        self.origin = origin
        # What nobody caught in any page: a mistake of the module, unless the test takes it away.
        self.uncaught = []

    async def __aenter__(self):
        self.context = await self.browser.new_context()
        return self

    async def __aexit__(self, *_):
        await self.context.close()

    async def page(self, before="", with_clock=False):
        """A tab in which `app` and `client` are there; the script `before` runs before anything else in it."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.uncaught.append(str(error)))
        if with_clock:
            await page.clock.install()
        if before:
            await page.add_init_script(before)
        await page.goto(self.origin)
        await load(page)
        return page


async def load(page):
    await page.add_script_tag(url="/app.js", type="module")
    await eventually(lambda: page.evaluate("'client' in window"), "the module has loaded")
