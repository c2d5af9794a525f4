"""CEL's named formats: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery import names
from minikube_py.apimachinery.cel.nodes import CelError
from minikube_py.apimachinery.cel.values import NO_OVERLOAD, NONE, Optional


class Format(NamedTuple):
    """A format by its name."""

    name: str


def _as_prefix(rule: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """Return the rule for what a name may begin with: a `-` at its end does not matter."""
    return lambda text: rule(text[:-1] + "a" if len(text) > 1 and text.endswith("-") else text)


def _check(read: Callable[[str], Any], why: str) -> Callable[[str], list[str]]:
    def rule(text: str) -> list[str]:
        try:
            read(text)
        except (ValueError, binascii.Error):
            return [why]
        return []

    return rule


def _read_uri(text: str) -> None:
    parts = urlsplit(text)
    if not (parts.scheme or text.startswith("/")) or " " in text:
        raise ValueError


def _read_uuid(text: str) -> None:
    if not re.fullmatch(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", text):
        raise ValueError


_RULES: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": names.is_dns1123_label,
    "dns1123Subdomain": names.is_dns1123_subdomain,
    "dns1035Label": names.is_dns1035_label,
    "qualifiedName": names.is_qualified_name,
    "dns1123LabelPrefix": _as_prefix(names.is_dns1123_label),
    "dns1123SubdomainPrefix": _as_prefix(names.is_dns1123_subdomain),
    "dns1035LabelPrefix": _as_prefix(names.is_dns1035_label),
    "labelValue": names.is_valid_label_value,
    "uri": _check(_read_uri, "invalid URI"),
    "uuid": _check(_read_uuid, "does not match the UUID format"),
    "byte": _check(lambda text: base64.b64decode(text, validate=True), "invalid base64"),
    "date": _check(date.fromisoformat, "invalid date"),
    "datetime": _check(datetime.fromisoformat, "invalid datetime"),
}


def _find(name: Any) -> Optional:
    return Optional(Format(name), True) if name in _RULES else NONE


def _validate(form: Any, text: Any) -> Optional:
    if not isinstance(form, Format) or not isinstance(text, str):
        raise CelError(NO_OVERLOAD)
    problems = _RULES[form.name](text)
    return Optional(problems, True) if problems else NONE


def _give(name: str) -> Callable[[], Format]:
    return lambda: Format(name)


FORMAT_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "format.named": _find,
    **{f"format.{name}": _give(name) for name in _RULES},
}
FORMAT_METHODS: dict[str, Callable[..., Any]] = {"validate": _validate}
