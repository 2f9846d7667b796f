"""Trees of old and young files for the parts about files, and the check of what is left of them."""

import os
import subprocess
import sys

from kit import HERE, fail, forget, make_tree, output, run

OLD, YOUNG = 30 * 86400, 3600


class Tree:
    """Directories of files in DIR/NAME, and a few old files beside it, which nobody may touch."""

    def __init__(self, folder, name, directories, files, percent_old=50):
        self.folder, self.path, self.shape = folder, folder / name, (directories, files, percent_old)
        self.path.mkdir()
        self.beside = folder / f"{name}-beside"
        self.beside.mkdir()
        subprocess.run([sys.executable, HERE / "make-tree.py", self.beside, "2", "50", "100"], check=True)

    def make(self):
        """Makes it, or makes again what was removed, and empties our state."""
        make_tree(self.path, *self.shape)
        forget(self.folder)

    @property
    def young(self):
        directories, files, percent = self.shape
        return directories * sum(index * percent % 100 >= percent for index in range(files))

    def check(self, name):
        """All that was due is gone, and nothing else."""
        old, all_of_it, beside = (count(path, *test) for path, test in
                                  ((self.path, ["-mtime", "+7"]), (self.path, []), (self.beside, [])))
        if (old, all_of_it, beside) != (0, self.young, 100):
            fail(f"{name} left {old} old files, {all_of_it} of {self.young} files and {beside} of 100 files beside the tree")


class WholeDirectories:
    """As many files, laid out so that `rm -rf` can remove what is due: old directories, and young ones."""

    def __init__(self, folder, name, directories, files):
        self.folder, self.path, self.each, self.files = folder, folder / name, max(1, directories // 2), files
        self.path.mkdir()
        self.keep = folder / f"{name}-keep"
        self.keep.mkdir()

    def make(self):
        """Young directories once, old ones as often as they are gone; they are made elsewhere and renamed."""
        if not list(self.path.glob("young-*")):
            self.fill("young", 0)
        self.fill("old", 100)
        forget(self.folder)

    def fill(self, kind, percent_old):
        run([sys.executable, str(HERE / "make-tree.py"), str(self.keep), str(self.each), str(self.files), str(percent_old)])
        for directory in self.keep.iterdir():
            place = self.path / f"{kind}-{directory.name}"
            directory.rename(place)
            time = place.stat().st_mtime - (OLD if percent_old else YOUNG)
            os.utime(place, (time, time))

    def check(self, name):
        left = count(self.path)
        old = list(self.path.glob("old-*"))
        if old or left != self.each * self.files:
            fail(f"{name} left {len(old)} old directories and {left} of {self.each * self.files} young files")


def count(path, *test):
    return len(output(["find", str(path), "-type", "f", *test, "-printf", "."]))
