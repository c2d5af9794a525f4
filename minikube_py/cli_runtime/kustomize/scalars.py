"""Scalars that remember how they were written.

Kustomize copies and compares scalars as text (a replacement of `1.10` writes `1.10`, not 1.1) and reads YAML 1.2: `yes` is a string.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.yaml_scalars import resolve_plain


class WrittenInt(int):
    """An integer that was written otherwise than Python writes it, such as 010."""

    text: str


class WrittenFloat(float):
    """A float and the text it was written as."""

    text: str


def resolve_scalar(text: str) -> Any:
    """Return the value of a plain scalar: None, a bool, a number or the text."""
    value = resolve_plain(text)
    if isinstance(value, bool):
        return value if text.lower() in ("true", "false") else text
    if isinstance(value, int) and str(value) != text:
        value = WrittenInt(value)
        value.text = text
    elif isinstance(value, float):
        value = WrittenFloat(value)
        value.text = text
    return value


def text_of(value: Any) -> str:
    """Return the text of a scalar, as it was written."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return getattr(value, "text", None) or str(value)


def retype(text: str, like: Any) -> Any:
    """Return `text` as a scalar of the type that `like` has; text that is not of that type is what it looks like."""
    if isinstance(like, str):
        return text
    return resolve_scalar(text)


def is_scalar(value: Any) -> bool:
    """Return whether a value is neither a list nor a map."""
    return not isinstance(value, dict | list)
