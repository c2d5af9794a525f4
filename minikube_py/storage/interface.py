"""What the registry asks of a storage engine, and the errors an engine raises. SQLite is one engine; etcd could be another.

A *revision* is a number that grows by one with each change of any object; an object's revision is its resourceVersion.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]


class StorageError(Exception):
    """Something storage cannot do; the text says what and why, for a user to read."""


class NotOurs(StorageError):
    """The file is not a cluster's state, or is damaged, or was written by a newer program."""


class Full(StorageError):
    """The disk is full or the file cannot be written; nothing of the transaction was kept."""


class TooLarge(StorageError):
    """An object is longer than the engine takes."""


class Exists(StorageError):
    """A key that is to be made is there already."""


class Missing(StorageError):
    """A key that is to be changed is not there."""


class RevisionMismatch(StorageError):
    """A key's revision is not the one that the change was computed from. `current` is the present one."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the object is at revision {current}")
        self.current = current


class Compacted(StorageError):
    """The history asked for is gone. `oldest` is the oldest revision that can still be asked for."""

    def __init__(self, asked: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {asked} ({oldest})")
        self.asked, self.oldest = asked, oldest


class Ahead(StorageError):
    """A revision that has not happened yet was asked for."""

    def __init__(self, asked: int, current: int) -> None:
        super().__init__(f"Too large resource version: {asked}, current: {current}")
        self.asked, self.current = asked, current


class Key(NamedTuple):
    """Where an object lives. `resource` is `plural` or `plural.group`; cluster-scoped objects have namespace ""."""

    resource: str
    namespace: str
    name: str


class Page(NamedTuple):
    """A list, or a part of one, as it was at `revision`. `next` is the (namespace, name) to go on after, or None."""

    revision: int
    items: list[Object]
    next: tuple[str, str] | None
    remaining: int


Stored = tuple[int, bytes, str, str]
"""An object as it is stored: its revision, JSON, namespace and name."""


class TextPage(NamedTuple):
    """A Page of objects as they are stored."""

    revision: int
    items: list[Stored]
    next: tuple[str, str] | None
    remaining: int


class Change(NamedTuple):
    """One row of the log. `type` is ADDED, MODIFIED or DELETED; `object` of a DELETED one is its last state."""

    revision: int
    type: str
    key: Key
    object: Object
    previous: int  # the revision before this change; 0 for an ADDED one


class Query(NamedTuple):
    """What to list. Empty strings do not restrict. `revision` 0 is now; `after` starts behind that (namespace, name).

    A list of the past is not restricted by `node` and `owner`.
    """

    resource: str
    namespace: str = ""
    node: str = ""  # spec.nodeName
    owner: str = ""  # uid of the controlling owner
    limit: int = 0
    after: tuple[str, str] | None = None
    revision: int = 0
