"""The SQLite engine: one small table of current objects, one log whose row id is the revision and which holds the values.

WAL with synchronous=FULL: what was committed survives `kill -9` and a power cut. Writers take the lock first (BEGIN IMMEDIATE), so
none fails half-way; readers are never blocked. One Store belongs to one thread; processes and threads open their own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.codec import decode, decode_each, encode
from minikube_py.component_base.poke import Poker
from minikube_py.storage import interface as api
from minikube_py.storage.interface import Change, Key, Object, Page, Query, TextPage

if TYPE_CHECKING:
    from os import PathLike

Names = list[str]
Changes = list[Change]
Values = list[str | int]
Rows = list[tuple[Any, ...]]
APPLICATION_ID = 0x6D6B3873  # "mk8s" in the file's header: how we know a file of ours
SCHEMA_VERSION = 1
BUSY_SECONDS = 20.0
GLANCE_SECONDS = 0.005  # who waits for the lock looks that often at least: a busy daemon gives it back for a moment only
MAPPED_BYTES = 1 << 28
JOURNAL_BYTES = 4 << 20  # what the write-ahead log keeps of its size when it begins anew
MAX_OBJECT_BYTES = 1536 * 1024  # what etcd takes
_TYPES = ("ADDED", "MODIFIED", "DELETED")
_ADDED, _MODIFIED, _DELETED = range(3)
_RECENT = 4096  # own changes that are kept until somebody read them, so that a watcher of this process need not parse them
_SEEN = 4096  # objects and empty lists that a transaction remembers: nobody else writes while it lasts


class Store:
    """An open state file. Raises api.NotOurs for a file that is not one, and api.Full when the disk is full."""

    def __init__(self, path: str | PathLike[str], *, create: bool = False) -> None:
        self.path = os.path.abspath(path)
        self._depth = 0
        self._next = 0
        self._wrote = False
        self._begun = 0  # the first revision of the transaction
        self._keeps = False
        self._recent: dict[int, Change] = {}
        self._seen: dict[Key, tuple[int, bytes]] = {}  # revision and text
        self._empty: set[tuple[str, str]] = set()  # resource and namespace of lists without anything
        self._written: dict[str, int] = {}  # how often each resource was written here
        self._undone = 0
        self._others: int | None = None  # SQLite's count of what others wrote
        self._poker = Poker(os.path.join(os.path.dirname(self.path), "pokes"))
        try:
            self._db = _open(self.path, create)
        except sqlite3.Error as error:
            raise _translate(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._poker.close()
        self._db.close()

    # -- transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the writes inside one commit. Nested ones are savepoints: an error undoes only the inner writes.

        A full disk makes SQLite undo the whole; then whatever is still tried inside raises Full, and so does the end.
        """
        depth = self._depth
        end, undo = (
            ("COMMIT", ("ROLLBACK",)) if not depth else (f"RELEASE s{depth}", (f"ROLLBACK TO s{depth}", f"RELEASE s{depth}"))
        )
        if depth:
            self._check_open()
            self._execute(f"SAVEPOINT s{depth}")
        else:
            self._take_lock()
            self._take_up()
        before, self._depth = self._next, depth + 1
        try:
            yield
            self._check_open()
            self._execute(end)
        except BaseException:
            if self._db.in_transaction:
                for sql in undo:
                    self._execute(sql)
            for revision in range(before, self._next):
                self._recent.pop(revision, None)
            self._next = before
            self._forget_seen()
            self._undone += 1
            raise
        finally:
            self._depth = depth
        if depth == 0 and self._wrote:
            self._poker.poke()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Keep what the outer transaction has written so far, let others write meanwhile, and go on with it afterwards.

        For what takes long and is no matter of this file. Outside a transaction it does nothing; inside a nested one it may not be used.
        """
        if not self._depth:
            yield
            return
        if self._depth > 1:
            raise AssertionError("a nested transaction cannot be kept in part")
        self._check_open()
        self._execute("COMMIT")
        self._depth = 0
        if self._wrote:
            self._poker.poke()
        try:
            yield
        finally:
            self._take_lock()
            self._take_up()
            self._depth = 1

    def stamp(self, resources: tuple[str, ...]) -> tuple[int, ...]:
        """Return numbers that are others whenever an object of one of `resources` may have changed, by whomever; cheap to ask for."""
        if not self._depth or self._others is None:  # while a transaction lasts nobody else writes
            self._others = self._query("PRAGMA data_version")[0][0]
        return (self._others, self._undone, *(self._written.get(resource, 0) for resource in resources))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction of this Store is open."""
        return self._depth > 0

    def _take_lock(self) -> None:
        """Wait until nobody else writes. Raises StorageError after BUSY_SECONDS."""
        glances = round(BUSY_SECONDS / GLANCE_SECONDS)
        try:
            self._execute(f"PRAGMA busy_timeout={round(GLANCE_SECONDS * 1000)}")
            for left in reversed(range(glances)):
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.Error as error:
                    if not left or getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                        raise _translate(self.path, error) from error
        finally:
            self._execute(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")

    def _take_up(self) -> None:
        """Begin to write: from now on nobody else does."""
        self._begun = self._next = self.current_revision() + 1
        self._wrote = False
        self._others = None
        self._forget_seen()

    def _forget_seen(self) -> None:
        self._seen.clear()
        self._empty.clear()

    def _check_open(self) -> None:
        if not self._db.in_transaction:
            raise api.Full(f"{self.path}: nothing was written: the disk is full")

    def _execute(self, sql: str, values: Values | Key | tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql, values)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise _translate(self.path, error) from error

    def _query(self, sql: str, values: Values | Key | tuple[Any, ...] = ()) -> Rows:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _translate(self.path, error) from error

    # -- reading

    def current_revision(self) -> int:
        """Return the newest revision."""
        return self._next - 1 if self._depth else self._query("SELECT max(revision) FROM log")[0][0] or 0

    def get(self, key: Key) -> Object | None:
        """Return an object, the caller's own to change, or None."""
        text = self._read(key)
        return None if text is None else decode(text)

    def _read(self, key: Key) -> bytes | None:
        if self._depth and (seen := self._seen.get(key)) is not None:
            return seen[1]
        rows = self._query(
            "SELECT revision, value FROM objects JOIN log USING (revision)"
            " WHERE objects.resource=? AND objects.namespace=? AND objects.name=?",
            key,
        )
        if not rows:
            return None
        self._remember(key, *rows[0])
        text: bytes = rows[0][1]
        return text

    def _remember(self, key: Key, revision: int, text: bytes) -> None:
        if self._depth:
            if len(self._seen) >= _SEEN:
                self._seen.clear()
            self._seen[key] = (revision, text)

    def list(self, query: Query) -> Page:
        """Return objects ordered by namespace and name, consistent at one revision. Raises Compacted, Ahead."""
        page = self.list_texts(query)
        return Page(page.revision, list(decode_each([item[1] for item in page.items])), page.next, page.remaining)

    def list_texts(self, query: Query) -> TextPage:
        """Return the same as it is stored. Raises Compacted, Ahead."""
        with self._snapshot():
            current = self.current_revision()
            if query.revision > current:
                raise api.Ahead(query.revision, current)
            if query.revision and query.revision != current:
                return self._list_past(query)
            return self._list_now(query, current)

    def _list_now(self, query: Query, current: int) -> TextPage:
        place = (query.resource, query.namespace)
        if self._depth and (place in self._empty or (query.resource, "") in self._empty):
            return TextPage(current, [], None, 0)
        where, values = _conditions(query)
        source = f"FROM objects JOIN log USING (revision) WHERE {where} ORDER BY objects.namespace, objects.name"
        page = self._page(query, current, (source, f"FROM objects WHERE {where}"), values)
        if self._depth and not page.items and not (query.node or query.owner or query.after):
            self._empty.add(place)
        return page

    def _list_past(self, query: Query) -> TextPage:
        if query.revision < self.compacted_revision():
            raise api.Compacted(query.revision, self.compacted_revision())
        where, values = _conditions(query, table="o")
        source = (  # the last row of each key at that revision, unless it deleted the key
            "FROM (SELECT namespace, name, max(revision) AS revision, resource FROM log WHERE resource=? AND revision<=?"  # noqa: S608
            f" GROUP BY namespace, name) AS o JOIN log USING (revision) WHERE {where} AND log.type < 2"
        )
        ordered = f"{source} ORDER BY o.namespace, o.name"
        return self._page(query, query.revision, (ordered, source), [query.resource, query.revision, *values])

    def _page(self, query: Query, revision: int, sources: tuple[str, str], values: Values) -> TextPage:
        """Read a page from the first of the sources; the second, which need not be in order, is for counting what is left."""
        limit = f" LIMIT {query.limit + 1}" if query.limit else ""
        rows: Any = self._query(f"SELECT log.revision, log.value, log.namespace, log.name {sources[0]}{limit}", values)
        if not query.limit or len(rows) <= query.limit:
            return TextPage(revision, rows, None, 0)
        count = self._query(f"SELECT count(*) {sources[1]}", values)[0][0]
        rows.pop()
        return TextPage(revision, rows, rows[-1][2:], count - len(rows))

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        self._execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._execute("COMMIT")

    def count(self, resource: str, namespace: str = "") -> int:
        """Return how many objects there are of a resource."""
        where, values = _conditions(Query(resource, namespace))
        return int(self._query(f"SELECT count(*) FROM objects WHERE {where}", values)[0][0])  # noqa: S608

    def resources(self) -> Names:
        """Return the resources of which there are objects."""
        return [row[0] for row in self._query("SELECT DISTINCT resource FROM objects")]

    # -- writing, inside a transaction

    def create(self, key: Key, value: Object) -> Object:
        """Store a new object and return it with its resourceVersion. Raises Exists. The object is shared from here on."""
        try:
            return self._write(key, value, _ADDED, 0)
        except sqlite3.IntegrityError:
            raise api.Exists(key.name) from None

    def update(self, key: Key, value: Object, expected: int) -> Object:
        """Replace the object that is at revision `expected` (0: at any). Raises Missing, RevisionMismatch."""
        current = self._revision_of(key)
        if expected and current != expected:
            raise api.RevisionMismatch(current)
        return self._write(key, value, _MODIFIED, current)

    def delete(self, key: Key, last: Object) -> Object:
        """Remove an object; `last` is the state that watchers are told. Raises Missing."""
        return self._write(key, last, _DELETED, self._revision_of(key))

    def _revision_of(self, key: Key) -> int:
        if self._depth and (seen := self._seen.get(key)) is not None:
            return seen[0]
        rows = self._query("SELECT revision FROM objects WHERE resource=? AND namespace=? AND name=?", key)
        if not rows:
            raise api.Missing(key.name)
        return int(rows[0][0])

    def _write(self, key: Key, value: Object, change: int, previous: int) -> Object:
        if not self._depth:
            raise AssertionError("a write outside a transaction")
        self._check_open()
        revision = self._next
        metadata = value["metadata"]
        metadata["resourceVersion"] = str(revision)
        if change == _DELETED:
            self._execute("DELETE FROM objects WHERE resource=? AND namespace=? AND name=?", key)
        elif change == _ADDED:
            row = (*key, revision, *_indexed(value))
            self._execute("INSERT INTO objects (resource, namespace, name, revision, node, owner) VALUES (?,?,?,?,?,?)", row)
        else:
            sql = "UPDATE objects SET revision=?, node=?, owner=? WHERE resource=? AND namespace=? AND name=?"
            self._execute(sql, (revision, *_indexed(value), *key))
        text = encode(value)
        if len(text) > MAX_OBJECT_BYTES and change != _DELETED:
            raise api.TooLarge("etcdserver: request is too large")
        self._execute("INSERT INTO log VALUES (?,?,?,?,?,?,?)", (revision, change, *key, previous, text))
        self._next = revision + 1
        self._wrote = True
        self._empty -= {(key.resource, key.namespace), (key.resource, "")}
        if change == _DELETED:
            self._seen.pop(key, None)
        else:
            self._remember(key, revision, text)
        self._written[key.resource] = self._written.get(key.resource, 0) + 1
        if self._keeps:
            if len(self._recent) >= _RECENT:
                for old in list(self._recent)[: _RECENT // 2]:
                    del self._recent[old]
            self._recent[revision] = Change(revision, _TYPES[change], key, value, previous)
        return value

    # -- history

    def changes(self, after: int, limit: int = 1000, resource: str = "") -> Changes:
        """Return what changed since revision `after`, oldest first. Raises Compacted, Ahead. Objects are shared: do not change them."""
        if self._depth and after >= self._begun - 1 and after + 1 in self._recent and not resource:
            return [self._recent[revision] for revision in range(after + 1, min(self._next, after + 1 + limit))]
        only = " AND resource=?" if resource else ""
        rows = self._query(
            f"SELECT revision, type, resource, namespace, name, previous, value FROM log WHERE revision>?{only} ORDER BY revision LIMIT ?",  # noqa: S608
            (after, resource, limit) if resource else (after, limit),
        )
        if after < (oldest := self.compacted_revision()):  # asked last: a compaction may have come between
            raise api.Compacted(after, oldest)
        if not rows and after > (current := self.current_revision()):
            raise api.Ahead(after, current)
        recent = self._recent
        return [
            recent.get(row[0]) or Change(row[0], _TYPES[row[1]], Key(row[2], row[3], row[4]), decode(row[6]), row[5])
            for row in rows
        ]

    def keep_changes(self) -> None:
        """From now on keep own changes until they are released, for who reads all of them and need not parse them then."""
        self._keeps = True

    def release(self, revision: int) -> None:
        """Let go of what is kept of own changes until that revision; whoever asks for them later reads the file."""
        for old in [kept for kept in self._recent if kept <= revision]:
            del self._recent[old]

    def is_current(self, revision: int) -> bool:
        """Return whether nothing happened since `revision`; inside a transaction this costs nothing."""
        return self._next == revision + 1 if self._depth else self.current_revision() == revision

    def get_at(self, revision: int) -> Object | None:
        """Return the value written by one revision, None where it is compacted."""
        rows = self._query("SELECT value FROM log WHERE revision=?", (revision,))
        return decode(rows[0][0]) if rows else None

    def compacted_revision(self) -> int:
        """Return the revision up to which history is gone."""
        return int(self._query("SELECT value FROM meta WHERE name='compacted'")[0][0])

    def compact(self, revision: int, batch: int = 500) -> int:
        """Forget history before `revision`, in small transactions, and give the space back. Return the rows removed.

        What was there at `revision` stays readable, and with it the state before each change that is kept.
        """
        target = min(revision, self.current_revision() - 1)
        begin, removed = self.compacted_revision(), 0
        from minikube_py.storage.compaction import forget, vacuum

        try:
            while begin < target:
                end = min(begin + batch, target)
                with self.transaction():
                    removed += forget(self._db, begin, end)
                begin = end
            vacuum(self._db)
        except sqlite3.Error as error:
            raise _translate(self.path, error) from error
        return removed

    # -- facts about the cluster itself, beside its history

    def read_fact(self, name: str) -> str:
        """Return a fact, "" where it was never written."""
        rows = self._query("SELECT value FROM meta WHERE name=?", (name,))
        return str(rows[0][0]) if rows else ""

    def write_fact(self, name: str, value: str) -> None:
        """Keep a fact, inside a transaction; "" removes it. Listeners are told as of any other write."""
        if not self._depth:
            raise AssertionError("a write outside a transaction")
        if value:
            self._execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        else:
            self._execute("DELETE FROM meta WHERE name=?", (name,))
        self._wrote = True


def _conditions(query: Query, table: str = "objects") -> tuple[str, list[str | int]]:
    where, values = [f"{table}.resource=?"], [query.resource]
    for column, value in (("namespace", query.namespace), ("node", query.node), ("owner", query.owner)):
        if value and not (table == "o" and column in ("node", "owner")):
            where.append(f"{table}.{column}=?")
            values.append(value)
    if query.after is not None:
        where.append(f"({table}.namespace, {table}.name) > (?, ?)")
        values.extend(query.after)
    return " AND ".join(where), list(values)


def _indexed(value: Object) -> tuple[str, str]:
    owners = value["metadata"].get("ownerReferences") or ()
    owner = next((o.get("uid", "") for o in owners if o.get("controller")), "")
    spec = value.get("spec")
    return (spec.get("nodeName") or "" if isinstance(spec, dict) else ""), owner


def _open(path: str, create: bool) -> sqlite3.Connection:
    if not os.path.exists(path):
        if not create:
            raise api.NotOurs(f"{path}: no such file")
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    uri = f"file:{path.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?mode=rw"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _check_or_make(db, path, create)
    except BaseException:
        db.close()
        raise
    return db


def _check_or_make(db: sqlite3.Connection, path: str, create: bool) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application == APPLICATION_ID:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise api.NotOurs(f"{path}: written by a newer minikube_py (format {version}, this one knows {SCHEMA_VERSION})")
    elif application == 0 and create and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        from minikube_py.storage.creation import make

        make(db, APPLICATION_ID, SCHEMA_VERSION)
    else:
        raise api.NotOurs(f"{path}: not the state of a minikube_py cluster")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA cache_size=-8000")
    if not create:  # a command: reading 1000 pods takes half the time; the daemon keeps what it read and would only look larger
        db.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
    db.execute(f"PRAGMA journal_size_limit={JOURNAL_BYTES}")


def _translate(path: str, error: sqlite3.Error) -> api.StorageError:
    """Return storage's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the details of an extended code
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
        return api.Full(f"{path}: nothing was written: {error}")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return api.NotOurs(f"{path}: damaged: {error}")
    return api.StorageError(f"{path}: {error}")
