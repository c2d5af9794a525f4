"""Stored objects as they stand in an answer's list, kept: until an object is written again, that stays right.

So who lists again, as controllers and people do, is given what is known, joined. kube-apiserver does the same for its watches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.wire import META, PARTIAL, encode_item, show_metadata
from minikube_py.client.http_message import JSON, PROTOBUF
from minikube_py.client.request import METADATA_ONLY
from minikube_py.storage.interface import Stored

Object = dict[str, Any]
Encode = Callable[[Object], bytes]
Key = tuple[str, str, str, str]  # encoding, resource, namespace, name
State = tuple[int, bytes]  # revision, and what its object is encoded as
MAX_BYTES = 64 << 20
SAYS_KIND = b'{"kind":'
ENTRY_BYTES = 400  # that each takes besides


def _encode_protobuf(obj: Object) -> bytes:
    from minikube_py.apimachinery.protobuf.encode import encode_item

    return encode_item(obj)


ENCODERS: Mapping[str, Encode] = {
    JSON: encode_item,
    JSON + METADATA_ONLY: lambda obj: encode_item(show_metadata(obj)),
    PROTOBUF: _encode_protobuf,
    PROTOBUF + METADATA_ONLY: lambda obj: _encode_protobuf(show_metadata(obj)),
}


def complete_item(kind: Kind, encoding: str, item: bytes) -> bytes:
    """Return an item of a list as it stands alone, saying what it is."""
    media_type, only_metadata = encoding.removesuffix(METADATA_ONLY), encoding.endswith(METADATA_ONLY)
    api_version, name = (META, PARTIAL) if only_metadata else (kind.api_version, kind.kind)
    if media_type == PROTOBUF:
        from minikube_py.apimachinery.protobuf.encode import wrap

        return wrap(api_version, name, item)
    return (
        item
        if item.startswith(SAYS_KIND)
        else b'%s"%s","apiVersion":"%s",' % (SAYS_KIND, name.encode(), api_version.encode()) + item[1:]
    )


class Encodings:
    """Remembers up to `max_bytes` of what was encoded last, of each object one state. For any number of threads, and one state file."""

    def __init__(self, max_bytes: int = MAX_BYTES, encoders: Mapping[str, Encode] = ENCODERS) -> None:
        self._bound, self._encoders = max_bytes // 2, encoders
        self._young: dict[Key, State] = {}
        self._old: dict[Key, State] = {}
        self._size = 0
        self._lock = Lock()

    def encode(self, encoding: str, resource: str, stored: Sequence[Stored]) -> list[bytes]:
        """Return objects as items of a list. Raises LookupError where there is no protobuf message for them."""
        young, items = self._young, []
        for one in stored:
            key = encoding, resource, one[2], one[3]
            state = young.get(key)
            if state is None or state[0] != one[0]:
                state = self._find(key, one)
            items.append(state[1])
        return items

    def _find(self, key: Key, stored: Stored) -> State:
        state = self._old.get(key)
        if state is None or state[0] != stored[0]:
            state = stored[0], self._encoders[key[0]](codec.decode(stored[1]))
        with self._lock:
            before = self._young.get(key)
            self._size += len(state[1]) + ENTRY_BYTES if before is None else len(state[1]) - len(before[1])
            self._young[key] = state
            if self._size > self._bound:
                self._young, self._old, self._size = {}, self._young, 0
        return state
