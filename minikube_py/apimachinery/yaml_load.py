"""Manifests: the documents of a file or of standard input, YAML or JSON, read as kubectl reads them.

A text whose first character is `{` is a stream of JSON values; where that fails within the first two it is read on as YAML.
YAML is cut at lines that begin with `---` and each piece is read by itself, so kubectl counts the lines of an error within
the piece; here too. PyYAML is imported only when YAML is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

MAX_BYTES = 64 * 1024 * 1024
_SEPARATOR = "---"


class ManifestError(ValueError):
    """A manifest that cannot be read. The text is kubectl's, without `error: `: `error parsing <source>: ...`."""


class Document(NamedTuple):
    """One document: any JSON value but null, the file's line it begins on (from 1) and the paths of keys given twice."""

    object: Any
    line: int
    duplicates: list[str]


def load_documents(data: bytes, source: str) -> Iterator[Document]:
    """Yield the documents of `data`; empty ones are left out, and of two equal keys the last one counts.

    `source` is the name errors show: the file or STDIN. Values are as kubectl makes them: `yes` is true, dates are strings,
    whole floats are ints. Documents before a broken one are yielded first. Raises ManifestError.
    """
    if len(data) > MAX_BYTES:
        raise ManifestError(f"error parsing {source}: the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    text = data.decode(_guess_encoding(data), "replace").removeprefix("\ufeff")
    from minikube_py.apimachinery.json_stream import JSONRangeError

    try:
        yield from _load_json(text) if text.lstrip().startswith("{") else _load_yaml(text, 0)
    except _Broken as error:
        raise ManifestError(f"error parsing {source}: {error}") from None
    except JSONRangeError as error:
        raise ManifestError(f'unable to decode "{source}": {error}') from None


def load_value(data: bytes) -> Any:
    """Return the first document's value, None where there is none; of a whole file that is one object, such as a kubeconfig.

    Raises ManifestError with go-yaml's words, without the file's name.
    """
    from minikube_py.apimachinery.yaml_tree import YAMLSyntaxError, build_tree

    try:
        tree = build_tree(data.decode(_guess_encoding(data)).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        octet = "leading" if error.reason == "invalid start byte" else "trailing"
        raise ManifestError(f"yaml: invalid {octet} UTF-8 octet") from None
    except YAMLSyntaxError as error:
        raise ManifestError(str(error)) from None
    return tree.value if tree is not None else None


def _guess_encoding(data: bytes) -> str:
    """Return the encoding that the first bytes tell of, as YAML has it: UTF-16 with a mark, else UTF-8."""
    return "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"


class _Broken(Exception):
    """The text of an error after `error parsing <source>: `."""


def _load_json(text: str) -> Iterator[Document]:
    from minikube_py.apimachinery.json_stream import read_values
    from minikube_py.apimachinery.json_syntax import JSONSyntaxError, skip_space

    count = end = line = 0
    try:
        for value, start, stop, duplicates in read_values(text):
            line += text.count("\n", end, start)
            if value is not None:
                yield Document(value, line + 1, duplicates)
            line += text.count("\n", start, stop)
            count, end = count + 1, stop
        return
    except JSONSyntaxError as error:
        if count > 1:
            raise _Broken(str(error)) from None
        first_error = f"json: offset {error.offset}: {error}" if error.offset else str(error)
    documents = _load_yaml(text, skip_space(text, end))
    try:
        document = next(documents, None)
    except _Broken:
        raise _Broken(first_error) from None
    if document is not None:
        yield document
        yield from documents


def _load_yaml(text: str, start: int) -> Iterator[Document]:
    from minikube_py.apimachinery.yaml_tree import YAMLSyntaxError, build_tree

    line = text.count("\n", 0, start)
    for piece, lines_before in _split(text[start:].replace("\r\n", "\n")):
        try:
            tree = build_tree(piece)
        except YAMLSyntaxError as error:
            raise _Broken(f"error converting YAML to JSON: {error}") from None
        if tree is not None and tree.value is not None:
            yield Document(tree.value, line + lines_before + tree.line + 1, tree.duplicates)


def _split(text: str) -> Iterator[tuple[str, int]]:
    """Yield the pieces between lines that begin with `---`, and the number of lines before each.

    A separator ends a piece that has begun; else it is the piece's own first line.
    """
    begin = position = lines = 0
    while (position := _find_separator(text, position)) >= 0:
        line_end = text.find("\n", position)
        next_line = len(text) if line_end < 0 else line_end + 1
        comment = text[position + len(_SEPARATOR) : next_line].strip()
        if comment and not comment.startswith("#"):
            raise _Broken(f"invalid Yaml document separator: {comment}")
        if position > begin:
            yield text[begin:position], lines
            lines += text.count("\n", begin, next_line)
            begin = next_line
        position = next_line
    if begin < len(text):
        yield text[begin:], lines


def _find_separator(text: str, line_start: int) -> int:
    if text.startswith(_SEPARATOR, line_start):
        return line_start
    found = text.find("\n" + _SEPARATOR, line_start)
    return found + 1 if found >= 0 else -1
