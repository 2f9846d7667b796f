"""The checks of deploy/: one module for each way to run cleanupd, each with problems(root) -> list of sentences."""
