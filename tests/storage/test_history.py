"""What watchers ask for: changes after a revision, until compaction takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.storage import interface as api
from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import Store

from .conftest import Open, key, make, names, put, remove, replace, revision_of


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.parent.glob(path.name + "*"))


def test_changes_tell_what_happened_in_order(store: Store, open_store: Open) -> None:
    put(store, "a", v=1)
    replace(store, "a", v=2)
    remove(store, "a")
    for reader in (store, open_store()):
        told = [(c.revision, c.type, c.key, c.previous) for c in reader.changes(0)]
        assert told == [(1, "ADDED", key("a"), 0), (2, "MODIFIED", key("a"), 1), (3, "DELETED", key("a"), 2)]
        assert [c.object["metadata"]["resourceVersion"] for c in reader.changes(0)] == ["1", "2", "3"]
        assert reader.get_at(1) == {"metadata": {"name": "a", "resourceVersion": "1"}, "data": {"v": 1}}


def test_a_watch_resumes_after_any_revision(store: Store) -> None:
    for number in range(5):
        put(store, f"n{number}")
    assert [c.revision for c in store.changes(3)] == [4, 5]
    assert [c.revision for c in store.changes(1, limit=2)] == [2, 3]
    assert store.changes(5) == []


def test_changes_of_one_resource(store: Store) -> None:
    put(store, "a")
    with store.transaction():
        store.create(key("s", resource="secrets"), make("s"))
    assert [c.key.name for c in store.changes(0, resource="secrets")] == ["s"]


def test_the_future_cannot_be_watched(store: Store) -> None:
    put(store, "a")
    with pytest.raises(api.Ahead):
        store.changes(2)


def test_compaction_keeps_current_objects(store: Store) -> None:
    for name in "abc":
        put(store, name, v=1)
    for v in range(2, 6):
        replace(store, "a", v=v)
    remove(store, "b")
    before = store.list(Query("configmaps"))
    assert store.compact(8) == 4  # states of a; b was deleted by the newest change, before which all stays readable
    assert store.list(Query("configmaps")) == before
    assert store.current_revision() == 8
    assert store.compacted_revision() == 7


def test_compacted_history_is_refused(store: Store) -> None:
    for v in range(1, 6):
        put(store, f"n{v}")
    store.compact(3)
    with pytest.raises(api.Compacted, match=r"^too old resource version: 2 \(3\)$"):
        store.changes(2)
    with pytest.raises(api.Compacted):
        store.list(Query("configmaps", revision=2))
    assert [c.revision for c in store.changes(3)] == [4, 5]


def test_the_compacted_revision_itself_is_still_whole(store: Store) -> None:
    first = put(store, "a", v=1)
    put(store, "b")
    replace(store, "a", v=2)
    remove(store, "b")
    put(store, "c")
    store.compact(2)
    assert names(store.list(Query("configmaps", revision=2)).items) == ["a", "b"]
    changed = store.changes(2)[0]
    assert (changed.previous, store.get_at(changed.previous)) == (revision_of(first), first)


def test_compacting_again_or_backwards_removes_nothing(store: Store) -> None:
    put(store, "a", v=1)
    replace(store, "a", v=2)
    replace(store, "a", v=3)
    assert store.compact(2) == 1
    assert store.compact(2) == 0
    assert store.compact(1) == 0
    assert store.compacted_revision() == 2


@pytest.mark.parametrize("batch", [1, 2, 7, 1000])
def test_compaction_in_batches_removes_the_same(store: Store, batch: int) -> None:
    for v in range(10):
        put(store, f"n{v}")
        remove(store, f"n{v}")
    put(store, "kept")
    assert store.compact(20, batch) == 20
    assert [c.type for c in store.changes(20)] == ["ADDED"]


def test_revisions_never_come_again(store: Store, open_store: Open) -> None:
    put(store, "a")
    remove(store, "a")
    store.compact(2)
    assert open_store().current_revision() == 2
    assert revision_of(put(store, "a")) == 3


def test_compaction_gives_space_back(store: Store, path: Path) -> None:
    with store.transaction():
        store.create(key("big"), make("big", text="x" * 4000))
        for v in range(1500):
            store.update(key("big"), make("big", text=f"{v}" + "x" * 4000), 0)
    put(store, "last")
    store.compact(store.current_revision())
    put(store, "later")  # the log begins anew, at its lesser size
    assert path.stat().st_size < 200_000
    store.close()
    assert size_of(path) < 200_000
