"""Errors as the Kubernetes API gives them: one subclass of StatusError a reason, each as a `Status` object.

    StatusError
      BadRequest 400   Unauthorized 401   Forbidden 403   NotFound 404   MethodNotAllowed 405   NotAcceptable 406
      AlreadyExists 409   Conflict 409   Gone 410   Expired 410   RequestEntityTooLarge 413   UnsupportedMediaType 415
      Invalid 422   TooManyRequests 429   InternalError 500   ServiceUnavailable 503   Timeout 504

Texts follow k8s.io/apimachinery's `pkg/api/errors` and `pkg/util/validation/field`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

Object = dict[str, Any]


class FieldError(NamedTuple):
    """One thing wrong with one field. `type` is Kubernetes' FieldValueX reason; make these with the functions below."""

    type: str
    field: str
    value: Any
    detail: str

    def __str__(self) -> str:
        """Return `path: Kind of error: value: detail` as field.Error prints it."""
        return f"{self.field}: {self.body}"

    @property
    def body(self) -> str:
        """Return the text without the path: the `message` of a cause."""
        heading = _HEADINGS[self.type]
        if self.type in (
            "FieldValueRequired",
            "FieldValueForbidden",
            "FieldValueTooLong",
            "InternalError",
        ):
            text = heading
        else:
            text = f"{heading}: {format_value(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text


_HEADINGS = {
    "FieldValueNotFound": "Not found",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
    "InternalError": "Internal error",
    "FieldValueTypeInvalid": "Invalid value",
}


def format_value(value: Any) -> str:
    """Return a bad value as Go's field.Error shows it: strings (and null) quoted, numbers plain, objects as JSON."""
    if value is None:
        return '"null"'
    if isinstance(value, str):
        if value.isprintable():
            return json.dumps(value, ensure_ascii=False)
        from minikube_py.apimachinery.go_quote import quote

        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, separators=(",", ":"), sort_keys=False, ensure_ascii=False)


def invalid(field: str, value: Any, detail: str) -> FieldError:
    """A value that breaks a rule."""
    return FieldError("FieldValueInvalid", field, value, detail)


def required(field: str, detail: str = "") -> FieldError:
    """A field that must be set and is not."""
    return FieldError("FieldValueRequired", field, "", detail)


def not_supported(field: str, value: Any, supported: Iterable[str]) -> FieldError:
    """A value outside a closed list; the list is shown in the order given."""
    detail = "supported values: " + ", ".join(json.dumps(s) for s in supported)
    return FieldError("FieldValueNotSupported", field, value, detail)


def duplicate(field: str, value: Any) -> FieldError:
    """A value that stands in a set twice."""
    return FieldError("FieldValueDuplicate", field, value, "")


def forbidden(field: str, detail: str) -> FieldError:
    """A field that may not be set or changed here."""
    return FieldError("FieldValueForbidden", field, "", detail)


def too_long(field: str, max_length: int) -> FieldError:
    """A string of more than `max_length` bytes."""
    return FieldError("FieldValueTooLong", field, "", f"may not be more than {max_length} bytes")


def too_many(field: str, actual: int, max_items: int) -> FieldError:
    """A list of more than `max_items` items."""
    return FieldError("FieldValueTooMany", field, actual, f"must have at most {max_items} items")


def not_found(field: str, value: Any) -> FieldError:
    """A reference to something that is not there."""
    return FieldError("FieldValueNotFound", field, value, "")


class StatusError(Exception):
    """An answer of the API that is not success. `details` is the Status' `details` object or None, `warnings` what came with it.

    `metadata` is the Status' own: a list that cannot go on says there how it can all the same.
    """

    code: ClassVar[int] = 500
    reason: ClassVar[str] = ""
    warnings: tuple[str, ...] = ()
    metadata: Object = {}

    def __init__(self, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def behind(self, words: str) -> StatusError:
        """Return this error with `failed to create job: ` or the like before its message."""
        return type(self)(words + self.message, self.details)

    def to_status(self) -> Object:
        """Return the metav1.Status object that says this."""
        status: Object = {"kind": "Status", "apiVersion": "v1", "metadata": self.metadata, "status": "Failure"}
        status["message"] = self.message
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status


class BadRequest(StatusError):
    """A request that cannot be understood."""

    code, reason = 400, "BadRequest"


class Unauthorized(StatusError):
    """Nobody known asks."""

    code, reason = 401, "Unauthorized"


class Forbidden(StatusError):
    """Whoever asks may not do this, or a rule keeps it from being done."""

    code, reason = 403, "Forbidden"


class NotFound(StatusError):
    """No such object or resource."""

    code, reason = 404, "NotFound"


class PageNotFound(NotFound):
    """A path that no part of the server knows: over HTTP the answer is a line of text and no Status."""


class MethodNotAllowed(StatusError):
    """A verb that the resource does not have."""

    code, reason = 405, "MethodNotAllowed"


class NotAcceptable(StatusError):
    """No form of the answer that the caller takes."""

    code, reason = 406, "NotAcceptable"


class AlreadyExists(StatusError):
    """An object of this name is there."""

    code, reason = 409, "AlreadyExists"


class Conflict(StatusError):
    """The object was changed since it was read, or a precondition fails."""

    code, reason = 409, "Conflict"


class Gone(StatusError):
    """What was asked for was there once."""

    code, reason = 410, "Gone"


class Expired(StatusError):
    """A revision that was compacted away: list anew."""

    code, reason = 410, "Expired"


class RequestEntityTooLarge(StatusError):
    """A body larger than the server takes."""

    code, reason = 413, "RequestEntityTooLarge"


class UnsupportedMediaType(StatusError):
    """A body, or patch, in a form that the server does not read."""

    code, reason = 415, "UnsupportedMediaType"


class Invalid(StatusError):
    """An object that breaks rules of its kind; the details name each field."""

    code, reason = 422, "Invalid"


class TooManyRequests(StatusError):
    """Come back later: an eviction that a budget does not allow, or too much at once."""

    code, reason = 429, "TooManyRequests"


class InternalError(StatusError):
    """A fault of the server's own."""

    code, reason = 500, "InternalError"


class ServiceUnavailable(StatusError):
    """The server cannot answer now."""

    code, reason = 503, "ServiceUnavailable"


class Timeout(StatusError):
    """The answer did not come in time."""

    code, reason = 504, "Timeout"


def from_status(status: Object) -> StatusError:
    """Return the error that a metav1.Status tells of; one of an unknown reason keeps its code and reason."""
    code, reason = int(status.get("code") or 500), status.get("reason") or ""
    known = {kind.reason: kind for kind in StatusError.__subclasses__() if kind.reason}
    kind: type[StatusError] = known.get(reason) or type("StatusError", (StatusError,), {"code": code, "reason": reason})
    return kind(status.get("message") or "unknown", status.get("details"))


NAMESPACE_TERMINATING = "NamespaceTerminating"  # the cause in the details where something was to be made in such a namespace


def has_cause(error: StatusError, reason: str) -> bool:
    """Return whether the details of an error name this cause."""
    return any(cause.get("reason") == reason for cause in (error.details or {}).get("causes") or ())


NOT_SERVED = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"


def new_not_served() -> NotFound:
    """What a server answers where nothing is at a path."""
    return NotFound(NOT_SERVED, {})


def new_not_allowed() -> MethodNotAllowed:
    """What a server answers where something is at a path, but not for this method."""
    return MethodNotAllowed(NOT_ALLOWED, {})


def new_method_not_supported(group: str, resource: str, action: str) -> MethodNotAllowed:
    """`create is not supported on resources of kind "widgets.example.com"`: said of what is known, but not done."""
    text = f'{action} is not supported on resources of kind "{_qualified(resource, group)}"'
    return MethodNotAllowed(text, _details("", group, resource))


def new_too_large_resource_version(asked: int, current: int) -> Timeout:
    """What a server answers that is asked for a revision which has not come."""
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    text = f"Timeout: Too large resource version: {asked}, current: {current}"
    return Timeout(text, {"causes": causes, "retryAfterSeconds": 1})


def _qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def _details(name: str, group: str, kind: str) -> Object:
    details: Object = {"name": name} if name else {}
    if group:
        details["group"] = group
    details["kind"] = kind
    return details


def new_not_found(group: str, resource: str, name: str) -> NotFound:
    """`pods "web" not found`."""
    return NotFound(f'{_qualified(resource, group)} "{name}" not found', _details(name, group, resource))


def new_already_exists(group: str, resource: str, name: str) -> AlreadyExists:
    """`pods "web" already exists`."""
    return AlreadyExists(f'{_qualified(resource, group)} "{name}" already exists', _details(name, group, resource))


def new_conflict(group: str, resource: str, name: str, why: str) -> Conflict:
    """`Operation cannot be fulfilled on pods "web": why`."""
    text = f'Operation cannot be fulfilled on {_qualified(resource, group)} "{name}": {why}'
    return Conflict(text, _details(name, group, resource))


def new_forbidden(group: str, resource: str, name: str, why: str) -> Forbidden:
    """`pods "web" is forbidden: why`; without a name `pods is forbidden: why`."""
    subject = f'{_qualified(resource, group)} "{name}"' if name else _qualified(resource, group)
    return Forbidden(f"{subject} is forbidden: {why}", _details(name, group, resource))


def new_invalid(group: str, kind: str, name: str, errors: Sequence[FieldError]) -> Invalid:
    """`Pod "web" is invalid: ...`, with one cause an error. The message lists all, in brackets where there are several."""
    texts = list(dict.fromkeys(str(e) for e in errors))
    aggregate = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details = _details(name, group, kind)
    details["causes"] = [{"reason": e.type, "message": e.body, "field": e.field} for e in errors]
    return Invalid(f'{_qualified(kind, group)} "{name}" is invalid: {aggregate}', details)
