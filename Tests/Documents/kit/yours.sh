# yours FILE LINE OWN: what a reader does whose worker has a number of its own: the line of the file that says what everybody
# has becomes his. It must stand in the file once, wherever it is indented to; and what is not his own would prove nothing.
yours() {
    python3 - "$@" << 'PYTHON'
import pathlib, re, sys
file, line, own = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
text, count = re.subn(rf"^( *){re.escape(line)}$", lambda found: found[1] + own, file.read_text(), flags=re.MULTILINE)
if count != 1:
    sys.exit(f"{file} has {count} lines {line!r}, not one")
if own == line or re.search(r"[=:] *(\}|$)", own):
    sys.exit(f"{own!r} in {file} is nobody's own")
file.write_text(text)
PYTHON
}
