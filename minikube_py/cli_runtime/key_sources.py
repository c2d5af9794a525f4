"""Keys and values out of --from-literal, --from-file and --from-env-file, as ConfigMaps and Secrets take them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.component_base.os_errors import tell_os_error

SOURCE_FLAGS = (
    flag("from-file", kind="slice", help="File, KEY=FILE or folder to take contents from"),
    flag("from-literal", kind="array", help="KEY=VALUE to take as it is"),
    flag("from-env-file", kind="slice", help="File of lines KEY=VALUE"),
)
BOM = b"\xef\xbb\xbf"
_SPACE = b"\t\n\v\f\r "


def check_sources(flags: Parsed) -> None:
    """Refuse env files together with the other sources. Raises CliError."""
    if flags["from-env-file"] and (flags["from-file"] or flags["from-literal"]):
        raise CliError("from-env-file cannot be combined with from-file or from-literal")


def read_literals(sources: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield what `key=value` texts say. Raises CliError."""
    for source in sources:
        key, equals, value = source.partition("=")
        if not key or not equals:
            raise CliError(f"invalid literal source {source}, expected key=value")
        yield key, os.fsencode(value)


def read_files(sources: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the contents of `path`, `key=path` and of the regular files of folders. Raises CliError."""
    for source in sources:
        key, name = parse_file_source(source)
        path = Path(name)
        _check_there(path, name)
        if not path.is_dir():
            yield key, _read(name)
            continue
        if "=" in source:
            raise CliError("cannot give a key name for a directory path")
        for item in sorted(path.iterdir()):
            if item.is_file() and not item.is_symlink():
                yield item.name, _read(str(item))


def parse_file_source(source: str) -> tuple[str, str]:
    """Return the key and the path of `path` or `key=path`. Raises CliError."""
    key, equals, path = source.partition("=")
    if not equals:
        return os.path.basename(source.rstrip("/")) or "/", source
    if "=" in path:
        raise CliError("key names or file paths cannot contain '='")
    if not key:
        raise CliError(f"key name for file path {path} missing")
    if not path:
        raise CliError(f"file path for key name {key} missing")
    return key, path


def read_env_files(sources: Sequence[str], kind: str) -> Iterator[tuple[str, bytes]]:
    """Yield the lines `KEY=value` of env files; a line `KEY` takes its value from the environment. Raises CliError.

    `kind` is config or secret, for the text of an error.
    """
    for source in sources:
        path = Path(source)
        _check_there(path, source)
        if path.is_dir():
            raise CliError(f"env {kind} file cannot be a directory")
        for number, line in enumerate(_split_lines(_read(source))):
            if number == 0:
                line = line.removeprefix(BOM)
            yield from _read_env_line(line.lstrip(_SPACE), source, number)


def _split_lines(data: bytes) -> list[bytes]:
    lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
    return lines if lines[-1] else lines[:-1]


def _read_env_line(line: bytes, source: str, number: int) -> Iterator[tuple[str, bytes]]:
    from minikube_py.apimachinery.names import is_env_var_name

    try:
        text = line.decode()
    except UnicodeDecodeError:
        shown = "[" + " ".join(map(str, line)) + "]"
        raise CliError(f"env file {source} contains invalid utf8 bytes at line {number + 1}: {shown}") from None
    if not text or text.startswith("#"):
        return
    key, equals, value = text.partition("=")
    if problems := is_env_var_name(key):
        raise CliError(f'"{key}" is not a valid key name: {";".join(problems)}')
    yield key, (value if equals else os.environ.get(key, "")).encode()


def _check_there(path: Path, name: str) -> None:
    try:
        path.stat()
    except OSError as error:
        raise CliError(f"error reading {name}: {tell_os_error(error)}") from error


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        verb = "read" if isinstance(error, IsADirectoryError) else "open"
        raise CliError(f"{verb} {name}: {tell_os_error(error)}") from error
