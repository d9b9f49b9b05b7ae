"""YAML read with the place of every value, so that a fault can be told with its line."""

from dataclasses import dataclass
from typing import Any

import yaml

MOST_CHARACTERS = 64 * 1024
_DEEPEST = 12

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a document, and where.

    ``line`` and ``column`` count from 1, ``key`` is a path such as ``rules.0.when``.
    """

    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.key}{': ' if self.key else ''}{self.message}"


class Unreadable(ValueError):
    """The text is no YAML of the kind that is read here."""

    def __init__(self, fault: Fault):
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Places:
    """Where each value of a document stands, by its path."""

    marks: dict[Path, tuple[int, int]]

    def fault(self, path: Path, message: str) -> Fault:
        """Return the fault at *path*; what isn't there has the place of what should hold it."""
        known = next(path[:length] for length in range(len(path), -1, -1) if path[:length] in self.marks)
        return Fault(*self.marks[known], ".".join(map(str, path)), message)


def read(source: str) -> tuple[Any, Places]:
    """Return the value of the YAML document *source*, and where its parts stand.

    Raises:
        Unreadable: it is no YAML, holds a key twice, refers to itself, nests too deeply, or is too long.
    """
    if len(source) > MOST_CHARACTERS:
        raise Unreadable(Fault(1, 1, "", f"more than {MOST_CHARACTERS} characters"))
    loader = None
    try:
        loader = _Loader(source)
        node = loader.get_single_node()
        marks: dict[Path, tuple[int, int]] = {(): (1, 1)}
        if node is None:
            return None, Places(marks)
        _mark(node, (), marks)
        return loader.construct_document(node), Places(marks)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable(Fault(line, column, "", error.problem or "no YAML")) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Characters that YAML forbids, and numbers or dates that no machine holds.
        raise Unreadable(Fault(1, 1, "", str(error).splitlines()[0])) from error
    finally:
        if loader is not None:
            loader.dispose()


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands there twice (which of two thresholds was meant?), aliases, and deep nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise self._refused("aliases are not read")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refused("nested too deeply")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refused(self, why: str) -> yaml.MarkedYAMLError:
        return yaml.composer.ComposerError(None, None, why, self.peek_event().start_mark)  # type: ignore[no-untyped-call]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                start = node.value[place][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands there twice", start)
        return super().construct_mapping(node, deep)


def _mark(node: yaml.Node, path: Path, marks: dict[Path, tuple[int, int]]) -> None:
    marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            _mark(value, below, marks)
            marks[below] = (key.start_mark.line + 1, key.start_mark.column + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark(value, (*path, index), marks)
