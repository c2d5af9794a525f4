"""Files that are not ours, damaged, from the future or on a full disk: one clear sentence, and nothing half-written."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minikube_py.storage import interface as api
from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import APPLICATION_ID, SCHEMA_VERSION, Store

from .conftest import key, make, names, put

ALL = Query("configmaps")


def write_garbage(path: Path) -> None:
    path.write_bytes(b"this is no database\n" * 500)


def write_foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()


def write_newer(path: Path) -> None:
    Store(path, create=True).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    db.close()


def write_header_only(path: Path) -> None:
    Store(path, create=True).close()
    with path.open("r+b") as file:
        file.truncate(200)


def read_all(path: Path) -> None:
    store = Store(path)
    try:
        store.list(ALL)
    finally:
        store.close()


@pytest.mark.parametrize(
    ("prepare", "text"),
    [
        (write_garbage, "damaged: file is not a database"),
        (write_foreign, "not the state of a minikube_py cluster"),
        (write_newer, f"written by a newer minikube_py (format {SCHEMA_VERSION + 1}, this one knows {SCHEMA_VERSION})"),
        (write_header_only, "damaged: database disk image is malformed"),
        (Path.touch, "not the state of a minikube_py cluster"),
        (lambda path: None, "no such file"),
    ],
    ids=["garbage", "foreign", "newer", "truncated", "empty", "missing"],
)
def test_files_that_are_not_ours_are_refused(tmp_path: Path, prepare: Callable[[Path], None], text: str) -> None:
    path = tmp_path / "state.db"
    prepare(path)
    with pytest.raises(api.NotOurs) as refusal:
        read_all(path)
    assert str(refusal.value) == f"{path}: {text}"


@pytest.mark.parametrize("prepare", [write_garbage, write_foreign, write_newer], ids=["garbage", "foreign", "newer"])
def test_a_refused_file_is_left_as_it_was(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    path = tmp_path / "state.db"
    prepare(path)
    before = path.read_bytes()
    with pytest.raises(api.NotOurs):
        Store(path, create=True)
    assert path.read_bytes() == before


def test_damage_in_the_middle_is_told_when_it_is_met(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    store = Store(path, create=True)
    with store.transaction():
        for number in range(200):
            store.create(key(f"n{number}"), make(f"n{number}", text="x" * 500))
    store.close()
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (path.stat().st_size - 8192))
    with pytest.raises(api.NotOurs, match="damaged: database disk image is malformed"):
        read_all(path)


def test_a_new_file_is_ours_and_private(tmp_path: Path) -> None:
    path = tmp_path / "a b" / "100%?#.db"
    put(store := Store(path, create=True), "a")
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    db.close()
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_too_much(store: Store, forgive: tuple[type[Exception], ...] = ()) -> int:
    """Write more than fits, in one transaction; return how many writes were refused and forgiven."""
    refused = 0
    with store.transaction():
        for number in range(1000):
            try:
                with store.transaction():
                    store.create(key(f"n{number}"), make(f"n{number}", text="x" * 20_000))
            except forgive:
                refused += 1
    return refused


def test_a_full_disk_undoes_the_whole_transaction(store: Store, path: Path) -> None:
    put(store, "before")
    with full_disk(1 << 20), pytest.raises(api.Full, match="nothing was written"):
        write_too_much(store)
    assert not store.in_transaction
    assert names(store.list(ALL).items) == ["before"]
    put(store, "after")
    assert [change.key.name for change in store.changes(0)] == ["before", "after"]


def test_who_goes_on_after_a_full_disk_keeps_nothing(store: Store) -> None:
    with full_disk(1 << 20), pytest.raises(api.Full):
        write_too_much(store, forgive=(api.Full,))
    assert store.list(ALL).items == []
    assert store.changes(0) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    put(Store(path, create=True), "a")
    for file in tmp_path.iterdir():
        file.chmod(0o400)
    store = Store(path)
    assert names(store.list(ALL).items) == ["a"]
    with pytest.raises(api.Full, match="nothing was written: attempt to write a readonly database"):
        put(store, "b")
    store.close()
