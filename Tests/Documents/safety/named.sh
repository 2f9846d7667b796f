# The table names exactly the rows and mistakes that docs/faults.md and docs/sabotage.md have for each promise.
python3 - << 'END'
import pathlib, re
def table(name, pattern):
    return [re.split(r" *\| *", line.strip("| ")) for line in pathlib.Path("docs", name).read_text().split("\n")
            if re.match(pattern, line)]
def numbers(text):
    """F1–F3, F7 in full."""
    found = set()
    for letter, first, last in re.findall(r"([A-Z]?)(\d+)(?:–[A-Z]?(\d+))?", text):
        found |= {letter + (str(n) if letter else f"{n:02}") for n in range(int(first), int(last or first) + 1)}
    return found
faults = {cells[0]: set(re.findall(r"I\d+", cells[-1])) for cells in table("faults.md", r"\| [A-Z]\d+ \|")}
mistakes = {cells[0]: set(re.findall(r"I\d+", cells[2])) for cells in table("sabotage.md", r"\| \d\d \|")}
assert len(faults) > 40 and len(mistakes) > 40
promises = table("safety.md", r"\| I\d+ \|")
assert [cells[0] for cells in promises] == [f"I{n}" for n in range(1, 17)]
for number, *_, rows, cases in promises:
    for known, named in ((faults, numbers(rows)), (mistakes, numbers(cases))):
        right = {one for one, holds in known.items() if number in holds}
        assert named == right, f"{number}: missing {sorted(right - named)}, too many {sorted(named - right)}"
END
