"""Answers that callers may keep: an ETag says what they have, and 304 that it is still right. RFC 9110, section 13.1.2."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha512

from minikube_py.client.http_message import HttpAnswer, HttpRequest

CACHE_CONTROL = "Cache-Control"


def make_etag(body: bytes) -> str:
    """Return the name of these very bytes, without quotes."""
    return sha512(body).hexdigest().upper()


def answer_cached(
    message: HttpRequest, content_type: str, body: bytes, etag: str, more: Iterable[tuple[str, str]] = ()
) -> HttpAnswer:
    """Answer with `body`, or with 304 to who has it already. `more` headers replace that the answer may be kept by anybody."""
    headers = {CACHE_CONTROL: "public", "Content-Type": content_type, "ETag": f'"{etag}"', "Vary": "Accept"} | dict(more)
    if _has(message.header("if-none-match"), etag):
        del headers["Content-Type"]
        return HttpAnswer(304, tuple(headers.items()), iter((b"",)))
    return HttpAnswer(200, tuple(headers.items()), iter((body,)))


def _has(header: str, etag: str) -> bool:
    names = [part.strip().removeprefix("W/").strip('"') for part in header.split(",")]
    return "*" in names or etag in names
