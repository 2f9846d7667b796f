# The page's frame in a dashboard that the page's setting lists, for somebody who has logged in, and nowhere else.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/https.sh"
serve_https "$(sed -n '/^http:$/,/^```$/p' docs/page.md | sed -n 's/ *#.*//; /frame_ancestors/p')"
in_browser "$DOCS_STATE/block" "$(cat secrets/view)" << 'END'
import pathlib, sys
from browser import eventually, site, tab

frame, token = pathlib.Path(sys.argv[1]).read_text(), sys.argv[2]
hosts = {"dashboard.example": "127.0.0.2", "cleanup.dashboard.example": "127.0.0.1", "other.example": "127.0.0.2"}
login = """(token) => fetch("/cleanup/login", { method: "POST", body: JSON.stringify({ token }),
  headers: { "Content-Type": "application/json", "X-Cleanupd-Request": "1" } }).then((answer) => answer.status)"""
with site("127.0.0.2", f"<!doctype html><title>dashboard</title>{frame}"), tab(hosts) as page:
    page.goto("https://cleanup.dashboard.example/cleanup")
    assert page.evaluate(login, token) == 200
    page.goto("https://dashboard.example/")
    shown = lambda: [one for one in page.frames[1:] if "Removes files older than 30d" in one.content()]
    eventually(shown, "the widget is shown in the dashboard")
    page.goto("https://other.example/", wait_until="load")
    assert not shown()
END
