"""What an answer over HTTP says: an object, an error or warnings; and what is said of one that makes no sense, in client-go's words."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, HTTPResponse, IncompleteRead
from typing import Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.dialing import TOO_LATE
from minikube_py.client.generic_errors import Asked, read_error
from minikube_py.client.http_message import JSON
from minikube_py.client.remote.bodies import read_json
from minikube_py.client.remote.tls import describe_tls_error
from minikube_py.client.request import Request, RequestError

Object = dict[str, Any]

BROKEN_OFF = "unexpected error when reading response body. Please retry. Original error: unexpected EOF"
_GZIP = 16 + zlib.MAX_WBITS
_NO_SERIALIZER = "serializer for {} doesn't exist"


def unpack(response: HTTPResponse, data: bytes) -> bytes:
    """Return a body as it was before it was compressed. Raises RequestError."""
    if response.headers.get("Content-Encoding", "").lower() != "gzip":
        return data
    try:
        return zlib.decompress(data, _GZIP)
    except zlib.error:
        raise RequestError("gzip: invalid header") from None


def read_object(response: HTTPResponse, data: bytes) -> Object:
    """Return the object that an answer is. Raises RequestError."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip() or JSON
    if media_type != JSON:
        raise RequestError(_NO_SERIALIZER.format(media_type))
    found = read_json(data, "unstructured.detector")
    if not found.get("kind"):
        raise RequestError(f"Object 'Kind' is missing in '{data.decode(errors='replace')}'")
    return found


def describe_breakage(error: Exception) -> str:
    """Return what Go's net/http says of an exchange that came to no answer."""
    if isinstance(error, TimeoutError):
        return TOO_LATE
    if isinstance(error, ssl.SSLError):  # a certificate of ours may be refused as late as that
        return describe_tls_error(error, "")
    if isinstance(error, BadStatusLine) and not isinstance(error, ConnectionError):
        return f"net/http: HTTP/1.x transport connection broken: {_describe_line(str(error.args[0]).strip())}"
    if isinstance(error, ConnectionResetError) and error.errno:
        return "read: connection reset by peer"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
        return error.strerror.lower()
    return "EOF" if isinstance(error, ConnectionError | HTTPException) else str(error)


def _describe_line(line: str) -> str:
    from minikube_py.apimachinery.go_quote import quote

    version, space, status = line.partition(" ")
    if not space:
        return f"malformed HTTP response {quote(line)}"
    code = status.lstrip().partition(" ")[0]
    return f"malformed HTTP status code {quote(code)}" if len(code) != 3 else f"malformed HTTP version {quote(version)}"


def describe_broken_body(error: Exception) -> RequestError:
    """Return the error of an answer whose body came in part."""
    if isinstance(error, TimeoutError):
        return RequestError(TOO_LATE.replace("exceeded while awaiting headers", "or context cancellation while reading body"))
    return RequestError(BROKEN_OFF if isinstance(error, IncompleteRead) else BROKEN_OFF.replace("unexpected EOF", str(error)))


def make_error(response: HTTPResponse, data: bytes, asked: Asked | None = None) -> StatusError:
    """Return the error that an answer tells of."""
    return read_error(response.status, response.headers.get("Content-Type", ""), data, asked)


def name_request(method: str, request: Request) -> Asked:
    """Return what was asked, as errors name it."""
    resource = f"{request.resource}.{request.group}" if request.group else request.resource
    return Asked(method, resource, request.name)


def read_warnings(response: HTTPResponse) -> tuple[str, ...]:
    """Return the texts of the Warning headers."""
    return tuple(text for value in response.headers.get_all("Warning") or () for text in _read_warning(value))


def _read_warning(value: str) -> Iterator[str]:
    """Yield the texts of `299 - "text", 299 - "text"`."""
    place = 0
    while (start := value.find('"', place)) >= 0:
        text, place = "", start + 1
        while place < len(value) and value[place] != '"':
            place += value[place] == "\\"
            text += value[place : place + 1]
            place += 1
        place += 1
        yield text
