"""The parameters of list requests: numbers that are none and options that do not go together. Upstream: ValidateListOptions."""

from __future__ import annotations

from collections.abc import Mapping

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import FieldError

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"
_BOUND = 1 << 63
_DIGITS = 1000  # of many more, Python makes no number


def parse_switch(params: Mapping[str, str], name: str) -> bool | None:
    """Return a switch among the parameters, None where it is not given. As in Kubernetes, what is neither `false` nor `0` is yes."""
    text = params.get(name)
    return None if text is None else text.lower() not in ("false", "0")


def read_integer(params: Mapping[str, str], name: str) -> int:
    """Return the number that a parameter is, 0 where it is not given. Raises BadRequest with the words of Go's strconv."""
    text = params.get(name)
    if text is None:
        return 0
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise errors.BadRequest(f"strconv.ParseInt: parsing {errors.format_value(text)}: invalid syntax")
    if len(digits) > _DIGITS or not -_BOUND <= int(text) < _BOUND:
        raise errors.BadRequest(f"strconv.ParseInt: parsing {errors.format_value(text)}: value out of range")
    return int(text)


def check_numbers(params: Mapping[str, str]) -> None:
    """Refuse numbers of a list or a watch that are none. Raises BadRequest."""
    for name in ("limit", "timeoutSeconds"):
        if params.get(name):
            read_integer(params, name)


def check_get_options(params: Mapping[str, str]) -> None:
    """Refuse what could once be asked of a single object. Raises BadRequest."""
    if parse_switch(params, "export"):
        raise errors.BadRequest("the export parameter, deprecated since v1.14, is no longer supported")


def check_list_options(params: Mapping[str, str]) -> None:
    """Refuse options of a list that do not go together. Raises Invalid."""
    found = list[FieldError]()
    match, version = params.get("resourceVersionMatch") or "", params.get("resourceVersion") or ""
    if match:
        name = "resourceVersionMatch"
        if not version:
            found.append(errors.forbidden(name, f"{name} is forbidden unless resourceVersion is provided"))
        if params.get("continue"):
            found.append(errors.forbidden(name, f"{name} is forbidden when continue is provided"))
        if match not in (EXACT, NOT_OLDER_THAN):
            found.append(errors.not_supported(name, match, (EXACT, NOT_OLDER_THAN, "")))
        if match == EXACT and version == "0":
            found.append(errors.forbidden(name, f'{name} "exact" is forbidden for resourceVersion "0"'))
    if "sendInitialEvents" in params:
        found.append(errors.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if found:
        raise errors.new_invalid("meta.k8s.io", "ListOptions", "", found)
