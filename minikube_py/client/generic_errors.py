"""What is made of an HTTP answer that is an error and has no Status in its body, as of a proxy on the way: client-go's words for each code."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import StatusError, from_status

UNKNOWN = "unknown"
NO_MORE = "the server responded with the status code {} but did not return more information"
NO_ANSWER = "the server was unable to return a response in the time allotted, but may still be processing the request"
UNEXPECTED = "an error on the server ({}) has prevented the request from succeeding"
_BY_CODE: dict[int, tuple[type[StatusError], str]] = {
    400: (errors.BadRequest, "the server rejected our request for an unknown reason"),
    401: (errors.Unauthorized, "the server has asked for the client to provide credentials"),
    403: (errors.Forbidden, ""),
    404: (errors.NotFound, errors.NOT_SERVED),
    405: (errors.MethodNotAllowed, errors.NOT_ALLOWED),
    406: (errors.NotAcceptable, "the server was unable to respond with a content type that the client supports"),
    409: (errors.Conflict, "the server reported a conflict"),
    415: (errors.UnsupportedMediaType, ""),
    422: (errors.Invalid, "the server rejected our request due to an error in our request"),
    429: (errors.TooManyRequests, "the server has received too many requests and has asked us to try again later"),
    503: (errors.ServiceUnavailable, "the server is currently unable to handle the request"),
    504: (errors.Timeout, NO_ANSWER),
}


class Asked(NamedTuple):
    """What was asked, as the error names it: the verb of HTTP, `deployments.apps` and the object's name."""

    method: str = ""
    resource: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return ` (get pods web)`, nothing for a path that is no resource's."""
        words = (self.method.lower(), self.resource, self.name)
        return f" ({' '.join(filter(None, words))})" if self.resource else ""


def read_error(code: int, content_type: str, body: bytes, asked: Asked | None = None) -> StatusError:
    """Return the error that an answer tells of: its Status, or what client-go makes of an answer without one."""
    with suppress(ValueError):
        found = json.loads(body)
        if isinstance(found, dict) and found.get("kind") == "Status":
            return from_status(found)
    return make_generic_error(code, content_type, body, asked)


def make_generic_error(code: int, content_type: str = "", body: bytes = b"", asked: Asked | None = None) -> StatusError:
    """Return the error for a status code and what the body says, if that is text; what else it may hold is not looked at."""
    is_text = not content_type or content_type.startswith("text/")
    said = body.decode(errors="replace").strip() if is_text else UNKNOWN
    kind, text = _BY_CODE.get(code, (StatusError, NO_MORE.format(code)))
    if code == 409 and asked and asked.method == "POST":
        kind = errors.AlreadyExists
    elif kind is StatusError and code >= 500:
        kind, text = errors.InternalError, UNEXPECTED.format(json.dumps(said, ensure_ascii=False))
    elif not text or (code == 406 and said not in ("", UNKNOWN)):
        text = said
    return kind(text + str(asked or ""))
