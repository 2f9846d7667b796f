# Each block of Swift that is said to be from the example is in it, line by line and in that order.
python3 - << 'PYTHON'
import pathlib, re
sources = [
    [line.strip() for line in path.read_text().splitlines()]
    for path in sorted(pathlib.Path("examples/embedding/Sources/Embedding").glob("*.swift"))
]
assert len(sources) == 2
page = pathlib.Path("docs/embedding.md").read_text()
blocks = re.findall(r"^```swift norun: is a part of the example[^\n]*\n(.*?)^```", page, re.M | re.S)
assert len(blocks) == 4, len(blocks)


def has(lines, wanted):
    rest = iter(lines)
    return all(any(line == one for line in rest) for one in wanted)


for block in blocks:
    wanted = [line.strip() for line in block.splitlines() if line.strip()]
    assert any(has(lines, wanted) for lines in sources), block
PYTHON
