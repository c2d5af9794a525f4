"""HTTP requests to an API server and its answers, as records: whoever speaks HTTP reads bytes into the one and writes the other out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

JSON = "application/json"
PROTOBUF = "application/vnd.kubernetes.protobuf"
PLAIN_TEXT = "text/plain; charset=utf-8"


class HttpRequest(NamedTuple):
    """A request. `target` is the path with its query; the names of `headers` are in lower case; `body` is whole."""

    method: str
    target: str
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header, "" where there is none."""
        return self.headers.get(name, "")


class HttpAnswer(NamedTuple):
    """An answer. `parts` are the body's bytes as they come; an empty part means that nothing came for a while.

    Of a `streamed` one nobody knows how much there is (a watch, a log that is followed); others have one part. Whoever stops
    before the end closes `parts`.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    parts: Iterator[bytes]
    streamed: bool = False


def make_answer(status: int, content_type: str, body: bytes, *more: tuple[str, str]) -> HttpAnswer:
    """Return an answer whose body is known, with the headers that all answers of an API server have."""
    return HttpAnswer(status, (*_headers(content_type), *more), iter((body,)))


def make_stream(content_type: str, parts: Iterator[bytes]) -> HttpAnswer:
    """Return an answer whose body comes piece by piece."""
    return HttpAnswer(200, _headers(content_type), parts, streamed=True)


def _headers(content_type: str) -> tuple[tuple[str, str], ...]:
    headers = (("Cache-Control", "no-cache, private"), ("Content-Type", content_type))
    return (*headers, ("X-Content-Type-Options", "nosniff")) if content_type == PLAIN_TEXT else headers


def format_warning(text: str) -> tuple[str, str]:
    """Return the header by which a server warns: RFC 7234, code 299."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return "Warning", f'299 - "{quoted}"'
