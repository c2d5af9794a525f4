"""What fields each message has, from fields.json."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MAGIC = b"k8s\x00"
META = "meta.k8s.io/v1."
SINGLE, LIST, MAP = "", "[", "{"


class Field(NamedTuple):
    """A field. `type` is a letter for a scalar or the name of a message; `name` is empty where its fields stand in its place."""

    number: int
    name: str
    type: str
    form: str = SINGLE
    kept: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether it holds no message."""
        return len(self.type) == 1


def find_message(api_version: str, kind: str) -> str | None:
    """Return the name of a kind's message. Options, Status and the like may be said to be of any group."""
    for name in (f"{api_version}.{kind}", META + kind):
        if name in _table():
            return name
    return None


@lru_cache(maxsize=1024)
def list_fields(message: str) -> dict[int, Field]:
    """Return the fields of a message by their numbers. Raises KeyError."""
    group_version = message.rpartition(".")[0]
    fields = (_parse(text, group_version) for text in _table()[message].split(", ") if text)
    return {field.number: field for field in fields}


def _parse(text: str, group_version: str) -> Field:
    number, name, kind = text.split(" ")
    kept, kind = kind.startswith("!"), kind.removeprefix("!")
    form = kind[0] if kind[0] in (LIST, MAP) else SINGLE
    kind = kind.removeprefix(form)
    if kind.startswith("."):
        kind = group_version + kind
    return Field(int(number), "" if name == "-" else name, kind, form, kept)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    loaded: dict[str, str] = json.loads(Path(__file__).with_name("fields.json").read_bytes())
    return loaded
