# The picture shows every folder, and no arrow that the table of check-arrows.py forbids.
python3 - << 'END'
import importlib.util, pathlib, re
spec = importlib.util.spec_from_file_location("arrows", "scripts/check-arrows.py")
arrows = importlib.util.module_from_spec(spec)
spec.loader.exec_module(arrows)
picture = pathlib.Path("docs/images/architecture.svg").read_text()
module = lambda name: "CleanupConfiguration" if name == "Configuration" else name
named = {module(name) for text in re.findall(r'class="name"[^>]*>([^<]+)<', picture) for name in text.split(", ")}
assert named == set(arrows.EDGES), named ^ set(arrows.EDGES)
drawn = {(module(a), module(b)) for a, b in re.findall(r'data-from="(\w+)" data-to="(\w+)"', picture)}
assert len(drawn) > 10
forbidden = [(a, b) for a, b in drawn if b not in arrows.EDGES[a][0]]
assert not forbidden, forbidden
END
