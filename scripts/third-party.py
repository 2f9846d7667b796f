#!/usr/bin/env python3
"""Prints who wrote what is linked into the program, and under which licence: for its copyright file.

Usage: scripts/third-party.py CHECKOUTS      (the folder in which SwiftPM keeps the packages, .build/checkouts)
       scripts/third-party.py --versions CHECKOUTS      a line of each package: name, version, commit
"""

import json
import pathlib
import sys

OWN = """cleanupd
========
Copyright: the authors of cleanupd, as its history names them.
{licence}

The program has the following linked into it.

Swift: runtime, standard library, Foundation, Dispatch
======================================================
Copyright 2014-2026 Apple Inc. and the Swift project authors, https://swift.org
Licensed under Apache License v2.0 with Runtime Library Exception:

  As an exception, if you use this Software to compile your source code and portions of this Software are embedded into
  the binary product as a result, you may redistribute such product without providing attribution as would otherwise be
  required by Sections 4(a), 4(b) and 4(d) of the License.

Foundation holds parts of ICU: Copyright 2016-2026 Unicode, Inc., Unicode License v3, https://www.unicode.org/license.txt
"""
APACHE = "Apache License, version 2.0: on Debian in /usr/share/common-licenses/Apache-2.0, else https://www.apache.org/licenses/LICENSE-2.0"


def texts(folder: pathlib.Path, *beginnings: str) -> list[str]:
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name.upper().startswith(beginnings))
    return [file.read_text(errors="replace").strip("\n") for file in files]


def licence(text: str) -> str:
    """Whole, but for the one that everybody has."""
    if "Apache License" not in text[:400] or "Version 2.0" not in text[:400]:
        return text
    exception = text.partition("Runtime Library Exception")[1]
    return f"{APACHE}\n(with Runtime Library Exception)" if exception else APACHE


def packages(checkouts: pathlib.Path) -> list[pathlib.Path]:
    return sorted((folder for folder in checkouts.iterdir() if folder.is_dir()), key=lambda folder: folder.name.lower())


def print_versions(checkouts: pathlib.Path) -> int:
    """By what SwiftPM remembers of what it has checked out, beside it; Package.resolved may be of another build."""
    state = json.loads((checkouts.parent / "workspace-state.json").read_text())["object"]
    known = {part["subpath"]: part["state"].get("checkoutState", {}) for part in state["dependencies"]}
    missing = [folder.name for folder in packages(checkouts) if "revision" not in known.get(folder.name, {})]
    if missing or not known:
        print(f"third-party: nobody says which version there is of {', '.join(missing) or checkouts}", file=sys.stderr)
        return 1
    for folder in packages(checkouts):
        of = known[folder.name]
        print(folder.name, of.get("version") or of.get("branch") or "-", of["revision"])
    return 0


def main() -> int:
    checkouts = pathlib.Path(sys.argv[-1])
    if sys.argv[1:-1] == ["--versions"]:
        return print_versions(checkouts)
    root = pathlib.Path(__file__).resolve().parent.parent
    own = texts(root, "LICENSE", "LICENCE", "COPYING")
    print(OWN.format(licence="\n".join(own) or "The repository states no licence."))
    folders = packages(checkouts)
    missing = []
    for folder in folders:
        licences = texts(folder, "LICENSE", "LICENCE", "COPYING")
        if not licences:
            missing.append(folder.name)
        notices = texts(folder, "NOTICE")
        print("\n".join(["", folder.name, "=" * len(folder.name), *map(licence, licences), *("\n" + text for text in notices)]))
    if missing or not folders:
        print(f"third-party: no licence in {', '.join(missing) or checkouts}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
