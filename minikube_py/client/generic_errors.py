"""What is made of an HTTP answer that is an error and has no Status in its body, as of a proxy on the way: client-go's words for each code."""

from __future__ import annotations

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import StatusError

NO_ANSWER = "the server was unable to return a response in the time allotted, but may still be processing the request"
_BY_CODE: dict[int, tuple[type[StatusError], str]] = {
    400: (errors.BadRequest, "the server rejected our request for an unknown reason"),
    401: (errors.Unauthorized, "the server has asked for the client to provide credentials"),
    403: (errors.Forbidden, ""),
    404: (errors.NotFound, "the server could not find the requested resource"),
    405: (errors.MethodNotAllowed, "the server does not allow this method on the requested resource"),
    406: (errors.NotAcceptable, "the server was unable to respond with a content type that the client supports"),
    409: (errors.Conflict, "the server reported a conflict"),
    413: (errors.RequestEntityTooLarge, "the request is too large for the server to take"),
    415: (errors.UnsupportedMediaType, "the server does not take a body of this type"),
    422: (errors.Invalid, "the server rejected our request due to an error in our request"),
    429: (errors.TooManyRequests, "the server has received too many requests and has asked us to try again later"),
    503: (errors.ServiceUnavailable, "the server is currently unable to handle the request"),
    504: (errors.Timeout, NO_ANSWER),
}


def make_generic_error(code: int, body: str) -> StatusError:
    """Return the error for a status code and what the body says."""
    kind, text = _BY_CODE.get(
        code, (errors.InternalError, f"an error on the server ({_quote(body)}) has prevented the request from succeeding")
    )
    return kind(text or body or "forbidden")


def _quote(body: str) -> str:
    return f'"{body}"' if body else '"unknown"'
