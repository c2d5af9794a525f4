"""Reads manifests: files, folders, stdin and URLs, as documents with the place they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]
EXTENSIONS = (".json", ".yaml", ".yml")
MAX_BYTES = 64 * 1024 * 1024
URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"
URL_SECONDS = 30


class Manifest(NamedTuple):
    """One document and where it was: a path as typed, a URL, or STDIN."""

    object: Object
    source: str


def read_manifests(filenames: Sequence[str], recursive: bool, stdin: TextIO) -> Iterator[Manifest]:
    """Yield every document, in the order given. Raises CliError with kubectl's words."""
    for source in list_sources(filenames, recursive):
        yield from read_source(source, stdin)


def list_sources(filenames: Sequence[str], recursive: bool) -> list[str]:
    """Return the files, URLs and `-` that -f and -R stand for. Raises CliError where one is not there, AggregateError for several."""
    sources: list[str] = []
    problems: list[CliError] = []
    for filename in filenames:
        is_file = filename != "-" and not _is_url(filename)
        try:
            sources += _expand(filename, recursive) if is_file else [filename]
        except CliError as error:
            problems.append(error)
    if problems:
        raise problems[0] if len(problems) == 1 else AggregateError(problems)
    return sources


def read_source(source: str, stdin: TextIO) -> Iterator[Manifest]:
    """Yield the documents of one file, URL or `-`. Raises CliError at the first that cannot be read."""
    if source == "-":
        return _parse(stdin.buffer.read(MAX_BYTES + 1), "STDIN")
    return _parse(_download(source) if _is_url(source) else _read(source), source)


def _is_url(filename: str) -> bool:
    return filename.startswith(("http://", "https://"))


def _expand(filename: str, recursive: bool) -> list[str]:
    path = Path(filename)
    if any(c in filename for c in "*?[") and not path.exists():
        import glob

        found = sorted(glob.glob(filename))
        if not found:
            raise CliError(f'the path "{filename}" does not exist')
        return found
    if not path.exists():
        raise CliError(f'the path "{filename}" does not exist')
    if not path.is_dir():
        return [filename]
    inside = sorted(path.rglob("*") if recursive else path.iterdir())
    files = [str(p) for p in inside if p.suffix in EXTENSIONS and p.is_file()]
    if not files:
        raise CliError(f"error reading [{filename}]: recognized file extensions are [.json .yaml .yml]")
    return files


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CliError(f"open {path}: {tell_os_error(error)}") from error


def _download(url: str) -> bytes:
    from urllib.error import HTTPError, URLError
    from urllib.parse import quote
    from urllib.request import urlopen

    from minikube_py.client.dialing import describe_failure, parse_url
    from minikube_py.client.request import Unreachable

    try:
        address = parse_url(url)
    except ValueError as error:
        raise CliError(f'the URL passed to filename "{url}" is not valid: parse "{url}": {error}') from error
    try:
        with urlopen(quote(url, safe=URL_CHARACTERS), timeout=URL_SECONDS) as answer:  # noqa: S310 - http and https only, see the caller
            data: bytes = answer.read(MAX_BYTES + 1)
            return data
    except HTTPError as error:
        raise CliError(
            f'unable to read URL "{url}", server reported {error.code} {error.reason}, status code={error.code}'
        ) from error
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        failure = reason if isinstance(reason, OSError) else OSError(str(reason))
        raise Unreachable(describe_failure(address, failure), host=address.shown) from error


def _parse(data: bytes, source: str) -> Iterator[Manifest]:
    from minikube_py.apimachinery.yaml_load import ManifestError, load_documents

    try:
        for document in load_documents(data, source):
            yield Manifest(document.object, source)
    except ManifestError as error:
        raise CliError(str(error)) from error
