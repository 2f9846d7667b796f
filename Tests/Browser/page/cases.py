"""What each test of the page begins with: a service of its own, and tabs that note whatever goes wrong in them."""

import contextlib
import re

from kit import PATIENCE_SECONDS, Failure, equal, eventually

from .world import World

TESTS = []
# Streams end where a page ends.
EVENTS = "/api/cleanup/events"


def test(**options):
    """Marks a test, whose name says what holds; the options are those of its `World`, and `starts`."""

    def known(function):
        function.world = options
        TESTS.append(function)
        return function

    return known


class Case:
    """A service, and browsers in front of it."""

    def __init__(self, browser, options):
        self.browser = browser
        self.options = options
        self.world = None
        # What no tab may say: errors, warnings, refusals, requests that failed or went elsewhere.
        self.complaints = []
        # Statuses that the test provokes.
        self.expected = set()
        self.contexts = []

    async def __aenter__(self):
        if self.options.pop("starts", True):
            await self.start()
        return self

    async def start(self, **options):
        """For a test that must know something before the service is there (`starts=False`)."""
        self.world = World(**self.options, **options)
        await self.world.__aenter__()

    async def __aexit__(self, *_):
        try:
            for context in self.contexts:
                await context.close()
        finally:
            if self.world:
                await self.world.__aexit__()

    async def context(self, role=None, **options):
        """A profile of its own; with a role, a session has begun in it."""
        context = await self.browser.new_context(**options)
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE_SECONDS * 500)
        context.on("page", self.watch)
        if role:
            await self.log_in(context, role)
        return context

    async def log_in(self, context, role):
        answer = await context.request.post(f"{self.world.origin}/cleanup/login", data={"token": self.world.token(role)})
        equal(answer.status, 200, f"status of the login as {role}")

    async def page(self, path="/cleanup", role="admin", **options):
        """A tab with that page."""
        context = await self.context(role if self.world.has_tokens else None, **options)
        page = await context.new_page()
        await page.goto(self.world.origin + path)
        return page

    def watch(self, page):
        def complain(text):
            self.complaints.append(f"{page.url}: {text}")

        def said(message):
            refused = re.search(r"Failed to load resource: the server responded with a status of (\d+)", message.text)
            if refused and int(refused[1]) in self.expected:
                return
            if message.type in ["error", "warning"]:
                complain(f"{message.type} in the console: {message.text} ({message.location['url']})")

        def failed(request):
            if not request.url.endswith(EVENTS) and request.failure != "net::ERR_ABORTED":
                complain(f"{request.method} {request.url}: {request.failure}")

        def asked(request):
            if not request.url.startswith((self.world.origin + "/", "data:", "about:")):
                complain(f"{request.url} is somewhere else")

        page.on("console", said)
        page.on("pageerror", lambda error: complain(f"nobody caught {error}"))
        page.on("requestfailed", failed)
        page.on("request", asked)

    @contextlib.contextmanager
    def expecting(self, *statuses):
        """Answers of these statuses are no complaints within."""
        self.expected |= set(statuses)
        yield
        self.expected -= set(statuses)


async def text(page, selector):
    """What a person reads there, on one line."""
    return " ".join((await page.locator(selector).first.inner_text()).split())


async def shows(page, selector, part):
    """Waits until a part of a text stands there, and gives the whole."""

    async def there():
        found = page.locator(selector)
        if await found.count() == 0:
            return None
        words = " ".join((await found.first.inner_text(timeout=0)).split())
        return words if part in words else None

    try:
        return await eventually(there, f"{selector} shows {part!r}")
    except Failure:
        content = " ".join((await page.locator("body").inner_text()).split())
        raise Failure(f"{selector} never showed {part!r} at {page.url}: {content[:3000]}") from None


async def at(page, pattern):
    """Waits until the page's path is like that and all of it has been loaded, and gives the match."""

    async def there():
        return re.fullmatch(r"https?://[^/]+(" + pattern + ")", page.url)

    try:
        found = await eventually(there, f"a page {pattern}")
    except Failure:
        content = " ".join((await page.locator("body").inner_text()).split())
        raise Failure(f"never came to {pattern}, but is at {page.url}: {content[:3000]}") from None
    # The path is known before the rest of the page has come, and before its script has run.
    await page.wait_for_load_state("load")
    return found


async def texts(page, selector):
    return [" ".join(part.split()) for part in await page.locator(selector).all_inner_texts()]
