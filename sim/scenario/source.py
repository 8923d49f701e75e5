"""Reading YAML text into plain data, remembering where each thing was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from sim.scenario.errors import Path, Position, Positions, Problem, ScenarioError, problem, refuse

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # the C reader is not in every build (a browser, for one)
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

MAX_BYTES = 1_000_000
MAX_NODES = 60_000
MAX_DEPTH = 40

_TAG = "tag:yaml.org,2002:"
_RESOLVERS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?"
        r"|(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("timestamp", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "0123456789"),
)
_PLAIN_TAGS = frozenset(_TAG + name for name, _, _ in _RESOLVERS) | {_TAG + "str"}
_SYNTAX = (
    (r"\\t|tab", "a tab; indent with spaces instead"),
    ("mapping values are not allowed", "a second ':' on one line; put quotes round the text"),
    ("could not find expected ':'", "a line without 'key: value'"),
    ("expected <block end>|did not find expected key", "the indentation does not match the rest"),
    ("unexpected end of stream|expected the node content|','", "a bracket or quote left open"),
    ("undefined alias", "an alias (*name) without its anchor (&name)"),
    ("special characters|control characters", "a character that is not text"),
)


class _Loader(_Base):
    """The safe reader with only true and false as booleans, and no clock times or octal numbers."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (constant; the base class declares the type)
        first: [
            (_TAG + name, re.compile(f"^(?:{pattern})$"))
            for name, pattern, firsts in _RESOLVERS
            if first in firsts or (name == "null" and first == "")
        ]
        for first in ["", *sorted(set("".join(firsts for _, _, firsts in _RESOLVERS)))]
    }


@dataclass(frozen=True)
class Source:
    """Plain data, and where each part of it was written.

    Attributes
    ----------
    data
        Mappings, lists, text, numbers, booleans and dates. Keys are always text.
    positions
        For each path (``("teams", "intake", "posts")``) its file, line and column: the place of
        the key, or of the item of a list.
    """

    data: dict[str, Any]
    positions: Positions


def read(text: str | bytes, file_name: str) -> Source:
    """Read one YAML document whose root is a mapping.

    Parameters
    ----------
    text
        The whole content, as text or as UTF-8 bytes.
    file_name
        The name to use in messages.

    Returns
    -------
    Source
        The data and the position of each part.

    Raises
    ------
    ScenarioError
        If the text is not a YAML mapping that can safely be read.
    """
    decoded = _decode(text, file_name)
    node = _compose(decoded, file_name)
    start = Position(file_name, 1, 1)
    if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "null"):
        raise refuse(start, (), "the file is empty")
    if not isinstance(node, yaml.MappingNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "a single value"
        message = f"a scenario is made of 'key: value' lines, but this is {what}"
        raise refuse(start, (), message)
    walk = _Walk(file_name)
    walk.positions[()] = start
    data = walk.mapping(node, ())
    if walk.problems:
        raise ScenarioError(walk.problems)
    return Source(data, walk.positions)


def read_value(text: str, where: str) -> Any:
    """Read one value in YAML syntax, as in ``--set KEY=VALUE``.

    Parameters
    ----------
    text
        The value, for example ``5``, ``6 weeks`` or ``{gamma: {mean: 5, cv: 0.3}}``.
    where
        What to name in messages.

    Returns
    -------
    Any
        The value; None for an empty text or ``null``.
    """
    node = _compose(_decode(text, where), where)
    if node is None:
        return None
    walk = _Walk(where)
    value = walk.value(node, ())
    if walk.problems:
        raise ScenarioError(walk.problems)
    return value


def _decode(text: str | bytes, file_name: str) -> str:
    size = len(text)
    if size > MAX_BYTES:
        message = f"the file is too large: {size:,} bytes, and at most {MAX_BYTES:,} are read"
        raise refuse(Position(file_name, 1, 1), (), message)
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        message = "not UTF-8 text; save the file as plain text, with UTF-8 encoding"
        raise refuse(Position(file_name, line, column), (), message) from None


def _compose(text: str, file_name: str) -> yaml.Node | None:
    try:
        _check_depth(text, file_name)
        node: yaml.Node | None = _Loader(text).get_single_node()
        return node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(file_name, mark.line + 1, mark.column + 1) if mark else Position(file_name)
        if "single document" in (error.context or "") + (error.problem or ""):
            message = "the file holds several documents ('---'); give one scenario a file"
            raise refuse(place, (), message) from None
        raise refuse(place, (), "this is not YAML: " + _plainly(error.problem or "")) from None
    except yaml.reader.ReaderError as error:
        at = min(int(error.position), len(text))
        place = Position(file_name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        raise refuse(place, (), "this is not YAML: " + _plainly(error.reason)) from None
    except yaml.YAMLError as error:
        raise refuse(Position(file_name, 1, 1), (), f"this is not YAML: {error}") from None


def _check_depth(text: str, file_name: str) -> None:
    """Refuse what is nested too deep before it is composed, which recurses (in C: a crash)."""
    depth = 0
    loader = _Loader(text)
    while loader.check_event():
        event = loader.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = getattr(event, "start_mark", None)
            place = (
                Position(file_name, mark.line + 1, mark.column + 1) if mark else Position(file_name)
            )
            raise refuse(place, (), f"nested too deep: more than {MAX_DEPTH} levels")


def _plainly(trouble: str) -> str:
    for pattern, plain in _SYNTAX:
        if re.search(pattern, trouble):
            return f"{plain} ({trouble})"
    return trouble or "it cannot be read"


class _Walk:
    """Turns a node tree into data, one pass, noting positions and problems on the way."""

    def __init__(self, file_name: str) -> None:
        self.file = file_name
        self.positions: Positions = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.constructor = yaml.constructor.SafeConstructor()

    def place(self, node: yaml.Node) -> Position:
        return Position(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = f"too large: more than {MAX_NODES:,} values once its aliases (*name) are read"
            raise refuse(self.place(node), path[:6], message)
        if len(path) > MAX_DEPTH:
            message = f"nested too deep: more than {MAX_DEPTH} levels, or an alias of itself"
            raise refuse(self.place(node), path[:6], message)
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return self.sequence(node, path)
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            place = self.place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(place, path, "a name must be a single word, not a list or a group")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key == "<<":
                self.note(place, here, "'<<' is not used here; use 'extends', or write the keys")
            elif key in made:
                lines_text = f"first on line {lines[key]}, again on line {place.line}"
                self.note(place, here, f"'{key}' is given twice: {lines_text}")
            else:
                self.positions[here] = place
                made[key], lines[key] = self.value(value_node, here), place.line
        return made

    def sequence(self, node: yaml.SequenceNode, path: Path) -> list[Any]:
        made = []
        for index, item in enumerate(node.value):
            self.positions[(*path, index)] = self.place(item)
            made.append(self.value(item, (*path, index)))
        return made

    def scalar(self, node: yaml.Node, path: Path) -> Any:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace(_TAG, "!!")
            self.note(
                self.place(node), path, f"the tag '{tag}' is not allowed; write a plain value"
            )
            return None
        if node.tag == _TAG + "float":
            return self.number(node, path)
        try:
            return self.constructor.construct_object(node)
        except (ValueError, KeyError, yaml.YAMLError):
            what = "a date" if node.tag.endswith("timestamp") else "a value that can be read"
            self.note(self.place(node), path, f"'{node.value[:40]}' is not {what}", node.value[:40])
            return None

    def number(self, node: yaml.ScalarNode, path: Path) -> float | None:
        try:
            return float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            self.note(self.place(node), path, f"'{node.value[:40]}' is not a number", node.value)
            return None

    def note(self, place: Position, path: Path, message: str, value: Any = None) -> None:
        self.problems.append(problem(place, path, message, value=value))
