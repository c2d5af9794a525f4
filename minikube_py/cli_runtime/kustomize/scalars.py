"""Scalars that remember how they were written.

Kustomize copies and compares scalars as text (a replacement of `1.10` writes `1.10`, not 1.1) and reads YAML 1.2: `yes` is a string.
"""

from __future__ import annotations

import re
from typing import Any

from minikube_py.apimachinery.yaml_scalars import TagError, resolve_plain, resolve_tagged
from minikube_py.cli_runtime.kustomize.errors import KustomizeError

_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt](?=.*(?:Z|[-+]\d\d:\d\d)$)| (?!.*(?:Z|[-+]\d\d:\d\d)$))(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d\d:\d\d)?)?"
)


class WrittenInt(int):
    """An integer that was written otherwise than Python writes it, such as 010."""

    text: str


class WrittenFloat(float):
    """A float and the text it was written as."""

    text: str


class WrittenTime(str):
    """A point in time as RFC 3339 has it, and the text it was written as."""

    text: str


def resolve_scalar(text: str) -> Any:
    """Return the value of a plain scalar: None, a bool, a number, a time or the text."""
    value = resolve_plain(text)
    if isinstance(value, bool):
        return value if text.lower() in ("true", "false") else text
    if isinstance(value, int) and str(value) != text:
        value = WrittenInt(value)
        value.text = text
    elif isinstance(value, float):
        value = WrittenFloat(value)
        value.text = text
    elif isinstance(value, str) and (match := _TIME.fullmatch(text)) is not None:
        return _make_time(match) or text
    return value


def _make_time(match: re.Match[str]) -> WrittenTime | None:
    """Return the point in time that a text is, None where there is no such day or hour."""
    from datetime import datetime

    year, month, day, hour, minute, second, fraction, zone = (group or "" for group in match.groups())
    parts = [int(part or 0) for part in (year, month, day, hour, minute, second)]
    try:
        moment = datetime(*parts).strftime("%Y-%m-%dT%H:%M:%S")  # type: ignore[arg-type]
    except ValueError:
        return None
    time = WrittenTime(f"{moment}{fraction.rstrip('0').rstrip('.')}{'Z' if zone in ('', '+00:00') else zone}")
    time.text = match.group()
    return time


def text_of(value: Any) -> str:
    """Return the text of a scalar, as it was written."""
    if isinstance(value, str):
        return getattr(value, "text", value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return getattr(value, "text", None) or str(value)


def retype(text: str, like: Any) -> Any:
    """Return `text` as a scalar of the type that `like` has. Raises KustomizeError where it is none."""
    if isinstance(like, str):
        return text
    if like is None:
        return resolve_scalar(text)
    tag = "bool" if isinstance(like, bool) else "int" if isinstance(like, int) else "float"
    try:
        resolve_tagged(f"tag:yaml.org,2002:{tag}", text)
    except TagError as error:
        raise KustomizeError(f"map[string]interface {{}}(nil): yaml: {error}") from None
    return resolve_scalar(text)


def is_scalar(value: Any) -> bool:
    """Return whether a value is neither a list nor a map."""
    return not isinstance(value, dict | list)
