# The page's code in an application of its own origin: it shows what would go, then old sessions go, and it says so.
in_browser "$DOCS_STATE/block" << 'END'
import pathlib, sys
from browser import eventually, site, tab

code = pathlib.Path(sys.argv[1]).read_text()
before = """
await new Promise((resolve) => {
  const request = indexedDB.open("my-app", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("sessions", { keyPath: "id" });
  request.onsuccess = () => {
    const database = request.result;
    const writing = database.transaction("sessions", "readwrite");
    [1, 23, 25, 90].forEach((hours) =>
      writing.objectStore("sessions").put({ id: hours, lastAccessed: Date.now() - hours * 3600000, size: 10 }));
    writing.oncomplete = () => { database.close(); resolve(); };
  };
});
"""
left = """() => new Promise((resolve) => {
  const request = indexedDB.open("my-app");
  request.onsuccess = () => {
    const keys = request.result.transaction("sessions").objectStore("sessions").getAllKeys();
    keys.onsuccess = () => { request.result.close(); resolve(keys.result); };
  };
})"""
# What is made first is there before the module of the page begins.
html = f"<!doctype html><title>app</title><script type=module>{before}document.body.append('ready');</script>"
with site("127.0.0.2", html), tab({"app.example": "127.0.0.2", "cleanup.example": "127.0.0.1"}) as page:
    said, wrong = [], []
    page.on("console", lambda message: said.append((message.type, message.text)))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("https://app.example/")
    eventually(lambda: "ready" in page.inner_text("body"), "the sessions are there")
    page.add_script_tag(content=code, type="module")
    eventually(lambda: page.evaluate(left) == [1, 23], "old sessions have gone, and no others")
    assert [kind for kind, _ in said] == ["table"] and not wrong, (said, wrong)
END
for _ in $(seq 100); do
    curl -sSfk https://127.0.0.1/metrics > "$DOCS_STATE/metrics"
    grep -qx 'cleanup_client_sessions_cleared_total 2' "$DOCS_STATE/metrics" && break
    sleep 0.1
done
grep -qx 'cleanup_client_sessions_cleared_total 2' "$DOCS_STATE/metrics"
