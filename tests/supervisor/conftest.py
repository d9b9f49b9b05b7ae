"""State folders with short paths, removed afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    path = short_folder("dd-up-").resolve()
    yield path
    shutil.rmtree(path)
