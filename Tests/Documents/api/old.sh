# The files of before.
old_files
