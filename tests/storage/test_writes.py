"""Revisions, optimistic concurrency and transactions."""

from __future__ import annotations

import pytest

from minikube_py.storage import interface as api
from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import Store

from .conftest import Open, key, make, names, put, remove, replace, revision_of


def test_each_change_has_the_next_revision(store: Store) -> None:
    assert store.current_revision() == 0
    made = [revision_of(put(store, "a")), revision_of(replace(store, "a", x=1)), revision_of(remove(store, "a"))]
    assert made == [1, 2, 3]
    assert store.current_revision() == 3


def test_what_is_written_is_read_by_others(store: Store, open_store: Open) -> None:
    put(store, "a", x="ä\n")
    assert open_store().get(key("a")) == {"metadata": {"name": "a", "resourceVersion": "1"}, "data": {"x": "ä\n"}}
    assert store.get(key("a", "other")) is None
    assert store.get(key("a", resource="secrets")) is None


def test_what_is_read_is_the_readers_own(store: Store) -> None:
    put(store, "a", x=1)
    first = store.get(key("a"))
    assert first is not None
    first["data"]["x"] = 2
    assert store.get(key("a")) != first


def test_a_name_can_be_made_once_until_it_is_deleted(store: Store) -> None:
    put(store, "a")
    with pytest.raises(api.Exists):
        put(store, "a")
    remove(store, "a")
    assert revision_of(put(store, "a")) == 3


def test_an_update_of_an_older_revision_is_refused(store: Store, open_store: Open) -> None:
    first = put(store, "a")
    replace(open_store(), "a", x=1)
    with pytest.raises(api.RevisionMismatch) as refusal:
        replace(store, "a", revision_of(first), x=2)
    assert refusal.value.current == 2
    assert revision_of(replace(store, "a", 2, x=2)) == 3


@pytest.mark.parametrize("write", [replace, remove])
def test_what_is_not_there_cannot_be_changed(store: Store, write: object) -> None:
    with pytest.raises(api.Missing):
        write(store, "a")  # type: ignore[operator]


def test_a_transaction_is_seen_whole_or_not_at_all(store: Store, open_store: Open) -> None:
    other = open_store()
    with store.transaction():
        store.create(key("a"), make("a"))
        assert other.get(key("a")) is None
        store.create(key("b"), make("b"))
        assert names(store.list(Query("configmaps")).items) == ["a", "b"]
    assert names(other.list(Query("configmaps")).items) == ["a", "b"]


def test_an_error_undoes_the_transaction_and_its_revisions(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.create(key("a"), make("a"))
        raise ZeroDivisionError
    assert store.get(key("a")) is None
    assert revision_of(put(store, "b")) == 1


def test_an_inner_error_undoes_only_the_inner_writes(store: Store) -> None:
    with store.transaction():
        store.create(key("outer"), make("outer"))
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), store.transaction():
                store.create(key("inner"), make("inner"))
                with store.transaction():
                    store.create(key("innermost"), make("innermost"))
                raise ZeroDivisionError
        with store.transaction():
            store.create(key("after"), make("after"))
    assert names(store.list(Query("configmaps")).items) == ["after", "outer"]
    assert [change.revision for change in store.changes(0)] == [1, 2]


def test_changes_of_an_undone_transaction_are_never_told(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.create(key("a"), make("a", of="the undone"))
        raise ZeroDivisionError
    put(store, "a", of="the kept")
    assert [change.object["data"] for change in store.changes(0)] == [{"of": "the kept"}]


def test_writes_need_a_transaction(store: Store) -> None:
    with pytest.raises(AssertionError):
        store.create(key("a"), make("a"))
    assert not store.in_transaction


def test_own_writes_are_known_to_be_current(store: Store) -> None:
    put(store, "a")
    with store.transaction():
        assert store.is_current(1)
        store.create(key("b"), make("b"))
        assert not store.is_current(1)
        assert store.is_current(2)
    assert store.is_current(2)
