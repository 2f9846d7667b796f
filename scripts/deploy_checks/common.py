"""What the checks share: reading YAML, running tools, and our own configurations."""

import importlib.util
import json
import os
import pathlib
import subprocess

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent.parent


def documents(path: pathlib.Path) -> list[dict]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document is not None]


def run(*command: str, cwd: pathlib.Path | None = None, **environment: str) -> str:
    """What is wrong by the word of a tool: nothing if it ends with 0."""
    result = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if result.returncode == 0:
        return ""
    return f"{command[0].rpartition('/')[2]}: {(result.stderr + result.stdout).strip()[:2000]}"


def tracked() -> list[str]:
    """The files of the repository, also where a copy of it is looked at."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name]


def _loader():
    # One reader of our own YAML for all checks; its file's name has a hyphen.
    specification = importlib.util.spec_from_file_location("check_schema", HERE / "check-schema.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.Loader


LOADER = _loader()


def configuration_problems(root: pathlib.Path, name: str, text: str) -> list[str]:
    """A cleanup.yaml against our own schema; `cleanupd check --offline` follows in scripts/test-deploy.sh."""
    schema = json.loads((root / "schema/cleanupd.schema.json").read_text())
    try:
        configuration = yaml.load(text, LOADER)
    except yaml.YAMLError as error:
        return [f"{name}: {error}"]
    problems = [
        f"{name}: {error.json_path}: {error.message}"
        for error in jsonschema.Draft202012Validator(schema).iter_errors(configuration)
    ]
    dry = str(configuration.get("dry_run"))
    if dry != "${CLEANUP_DRY_RUN:-true}":
        problems.append(f"{name}: dry_run is {dry}: what is installed must begin with a dry run")
    return problems


def secret_files(text: str) -> set[str]:
    """The files that a configuration reads secrets from."""

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("file"), str):
                yield value["file"]
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part)

    return set(walk(yaml.load(text, LOADER)))
