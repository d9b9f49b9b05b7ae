"""Reads the YAML tables that lie beside this module."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from classifiers.errors import ArtifactError


@cache
def table(name: str) -> Any:
    """Return the parsed table *name*, which is read once.

    Raises:
        ArtifactError: the file is missing or is not YAML.
    """
    path = files("classifiers.normalize") / f"{name}.yaml"
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}") from error


def words(rows: list[str]) -> list[str]:
    """Return the words of *rows*, each of which holds several parted by spaces."""
    return [word for row in rows for word in row.split()]
