"""Continue tokens: where the next page of a list begins, written as Kubernetes writes them. Upstream: storage.DecodeContinue."""

from __future__ import annotations

import base64
import json
from typing import Any

from minikube_py.apimachinery.errors import BadRequest, Expired
from minikube_py.storage.interface import Query

VERSION = "meta.k8s.io/v1"
ANYHOW = -1
"""The revision in a token that goes on with what is there now, whatever the pages before showed."""
INVALID = "invalid continue token: continue key is not valid"
TOO_OLD_LIST = "The resourceVersion for the provided list is too old."
TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
    "between the time the first chunk was returned and now may show up in the list."
)
_TYPES = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
_NAMED = (("v", str, "string"), ("rv", int, "int64"), ("start", str, "string"))


class ExpiredToken(Expired):
    """A token whose revision is gone. The Status has one that goes on all the same, `anyhow`."""

    def __init__(self, anyhow: str) -> None:
        super().__init__(TOO_OLD)
        self.anyhow = anyhow

    def to_status(self) -> dict[str, Any]:
        """Return the Status with the other token."""
        return {**super().to_status(), "metadata": {"continue": self.anyhow}}


def explain_expired(query: Query) -> Expired:
    """Return the error for a list of a revision that is gone."""
    return Expired(TOO_OLD_LIST) if query.after is None else ExpiredToken(encode_continue(ANYHOW, query.after, query.namespace))


def encode_continue(revision: int, after: tuple[str, str], within: str) -> str:
    """Return the token of the page behind `after` (namespace, name), in a list of the namespace `within` or of all ("")."""
    namespace, name = after
    start = f"{name}\0" if within or not namespace else f"{namespace}/{name}\0"
    value = {"v": VERSION, "rv": revision, "start": start}
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_continue(token: str, within: str) -> tuple[int, tuple[str, str]]:
    """Return the revision of a token, 0 for now, and the (namespace, name) that its page stands behind. Raises BadRequest."""
    value = _read(token)
    if value.get("v", "") != VERSION:
        raise BadRequest(f"{INVALID}: server does not recognize this encoded version {value.get('v') or ''}")
    revision, start = value.get("rv") or 0, value.get("start") or ""
    if not revision:
        raise BadRequest(f"{INVALID}: incorrect encoded start resourceVersion (version {VERSION})")
    if not start:
        raise BadRequest(f"{INVALID}: encoded start key empty (version {VERSION})")
    parts = start.removeprefix("/").rstrip("\0").split("/")
    if len(parts) > 2 or not {"", ".", ".."}.isdisjoint(parts):
        raise BadRequest(f"{INVALID}: {start}")
    after = (parts[0], parts[1]) if len(parts) == 2 else (within, parts[0])
    return max(revision, 0), after


def _read(token: str) -> dict[str, Any]:
    """Return the JSON object in a token; what is none is told in the words of Go."""
    wrong = next((place for place, char in enumerate(token) if not (char.isascii() and (char.isalnum() or char in "-_"))), None)
    if wrong is None and len(token) % 4 == 1:
        wrong = len(token) - 1
    if wrong is not None:
        raise BadRequest(f"{INVALID}: illegal base64 data at input byte {len(token[:wrong].encode())}")
    text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("latin-1")
    try:
        value = json.loads(text) or {}
    except (ValueError, RecursionError):
        from minikube_py.apimachinery.json_syntax import explain

        raise BadRequest(f"{INVALID}: {explain(text)}") from None
    if not isinstance(value, dict):
        raise BadRequest(f"{INVALID}: json: cannot unmarshal {_TYPES[type(value)]} into Go value of type storage.continueToken")
    for name, kind, shown in _NAMED:
        given = value.get(name)
        if given is not None and type(given) is not kind:
            where = f"Go struct field continueToken.{name} of type {shown}"
            raise BadRequest(f"{INVALID}: json: cannot unmarshal {_TYPES[type(given)]} into {where}")
    return value
