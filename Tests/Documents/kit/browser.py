"""A real browser, to which the hosts of a page are addresses of this machine, and servers that speak for them."""

import contextlib
import http.server
import os
import pathlib
import ssl
import subprocess
import threading
import time

from playwright.sync_api import sync_playwright

BROWSER = os.environ.get("CLEANUPD_BROWSER", "/usr/lib/chromium/chromium-headless-shell")
WORK = pathlib.Path(os.environ["DOCS_WORK"])


def certificate() -> tuple[str, str]:
    """Of nobody in particular: the browser is told not to ask."""
    made, key = WORK / "site.pem", WORK / "site.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=site"]
    subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)
    return str(made), str(key)


@contextlib.contextmanager
def site(address: str, html: str):
    """One page, at `/` of https://ADDRESS."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode() if self.path == "/" else b"")

        def log_message(self, *_) -> None:
            pass

    server = http.server.ThreadingHTTPServer((address, 443), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate())
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()


@contextlib.contextmanager
def tab(hosts: dict[str, str]):
    """A page of a browser that finds these hosts at these addresses."""
    rules = ",".join(f"MAP {host} {address}" for host, address in hosts.items())
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=arguments)
        try:
            yield browser.new_context(ignore_https_errors=True).new_page()
        finally:
            browser.close()


def eventually(condition, what: str):
    end = time.monotonic() + 30
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"it never came to be: {what}")
        time.sleep(0.05)
    return answer
