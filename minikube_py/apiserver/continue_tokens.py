"""The tokens that the next page of a list is asked for with, in Kubernetes' own form: a revision and the key to begin at.

https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
"""

from __future__ import annotations

import base64
import json
import posixpath
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.gosyntax import json_kind
from minikube_py.apimachinery.json_syntax import explain

VERSION = "meta.k8s.io/v1"
LATEST = -1  # a revision: go on with what is there now
_NOT_VALID = "invalid continue token: continue key is not valid"
_FIELDS = (("v", str, "string"), ("rv", int, "int64"), ("start", str, "string"))
_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def encode_continue(revision: int, after: tuple[str, str], namespace: str = "") -> str:
    """Return the token for what comes after a (namespace, name) in a list of `namespace`, or of all."""
    name = after[1] if namespace else "/".join(filter(None, after))
    token = json.dumps({"v": VERSION, "rv": revision, "start": name + "\0"}, separators=(",", ":"))
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


def decode_continue(text: str, namespace: str = "") -> tuple[int, tuple[str, str]]:
    """Return the revision, 0 for the latest, and the (namespace, name) of a token. Raises BadRequest."""
    token = _read_fields(text)
    version, revision, start = (token[name] for name, _, _ in _FIELDS)
    if version != VERSION:
        raise errors.BadRequest(f"{_NOT_VALID}: server does not recognize this encoded version {version}")
    if not revision:
        raise errors.BadRequest(f"{_NOT_VALID}: incorrect encoded start resourceVersion (version {VERSION})")
    if not start:
        raise errors.BadRequest(f"{_NOT_VALID}: encoded start key empty (version {VERSION})")
    key = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(key) != key or key.startswith("//"):
        raise errors.BadRequest(f"{_NOT_VALID}: {start}")
    before, _, name = key.removeprefix("/").removesuffix("\0").rpartition("/")
    return max(revision, 0), (namespace or before, name)


def _read_fields(text: str) -> dict[str, Any]:
    """Return a token's fields, empty ones where nothing is said. Raises BadRequest for other types, in the words of Go's decoder."""
    token: Any = _read(text)
    if token is None:
        token = {}
    if not isinstance(token, dict):
        where = "Go value of type storage.continueToken"
        raise errors.BadRequest(f"{_NOT_VALID}: json: cannot unmarshal {json_kind(token)} into {where}")
    for name, kind, shown in _FIELDS:
        value = kind() if token.get(name) is None else token[name]
        token[name] = value
        if type(value) is not kind:
            where = f"Go struct field continueToken.{name} of type {shown}"
            raise errors.BadRequest(f"{_NOT_VALID}: json: cannot unmarshal {json_kind(value)} into {where}")
    return token


def _read(text: str) -> object:
    data = text.encode()
    wrong = next((index for index, byte in enumerate(data) if byte not in _ALPHABET), None)
    if wrong is None and len(data) % 4 == 1:
        wrong = len(data) - 1
    if wrong is not None:
        raise errors.BadRequest(f"{_NOT_VALID}: illegal base64 data at input byte {wrong}")
    decoded = base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4)).decode("latin-1")  # Go shows single bytes
    try:
        return json.loads(decoded)
    except (ValueError, RecursionError):
        raise errors.BadRequest(f"{_NOT_VALID}: {explain(decoded)}") from None
