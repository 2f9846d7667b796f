"""A real browser, and the servers that tests in it need; all of it ends with this process."""

import asyncio
import contextlib
import http.server
import os
import pathlib
import threading
import time

from playwright.async_api import async_playwright

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Debian's wrapper in /usr/bin would leave processes behind; elsewhere say where the browser is.
BROWSER = os.environ.get("CLEANUPD_BROWSER", "/usr/lib/chromium/chromium-headless-shell")
# A test that hangs is stopped after this; none of them takes a tenth of it. Less is for who writes tests.
PATIENCE_SECONDS = int(os.environ.get("CLEANUPD_PATIENCE_SECONDS", 300))
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


class Failure(Exception):
    """What a test found to be wrong."""


def equal(actual, expected, what="value"):
    if actual != expected:
        raise Failure(f"{what}: expected {expected!r}, found {actual!r}")


def true(condition, what):
    if not condition:
        raise Failure(what)


async def eventually(condition, what):
    """Waits until the coroutine function answers with something true, and gives that back."""
    end = time.monotonic() + PATIENCE_SECONDS / 2
    while time.monotonic() < end:
        if answer := await condition():
            return answer
        await asyncio.sleep(0.01)
    raise Failure(f"it never came to be: {what}")


@contextlib.contextmanager
def serving(handler):
    """A server on a free port of loopback; gives its origin."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def site(files):
    """Serves an empty page at `/`, and the files by their names."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.lstrip("/")
            body = b"<!doctype html><title>app</title>" if name == "" else None
            if name in files:
                body = pathlib.Path(files[name]).read_bytes()
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", TYPES.get(pathlib.Path(name).suffix, TYPES[".html"]))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    return Site


@contextlib.asynccontextmanager
async def chromium():
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()
