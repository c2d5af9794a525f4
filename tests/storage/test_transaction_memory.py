"""What a transaction remembers of its own reads and writes is what the file would say."""

from __future__ import annotations

import pytest

from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import Store

from .conftest import Open, key, make, names, put, replace

MAPS = Query("configmaps", "default")


def test_an_object_read_before_is_read_as_it_was_written_since(store: Store) -> None:
    put(store, "a", x=1)
    with store.transaction():
        before = store.get(key("a"))
        store.update(key("a"), make("a", x=2), 0)
        after = store.get(key("a"))
        store.delete(key("a"), make("a"))
        assert store.get(key("a")) is None
    assert before is not None and after is not None
    assert (before["data"], after["data"]) == ({"x": 1}, {"x": 2})


def test_what_is_undone_inside_is_forgotten(store: Store) -> None:
    put(store, "a", x=1)
    with store.transaction():
        assert names(store.list(Query("configmaps", "other")).items) == []
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.update(key("a"), make("a", x=2), 0)
            store.create(key("b", "other"), make("b"))
            assert names(store.list(Query("configmaps", "other")).items) == ["b"]
            raise ZeroDivisionError
        assert store.get(key("a")) == {"metadata": {"name": "a", "resourceVersion": "1"}, "data": {"x": 1}}
        assert names(store.list(Query("configmaps", "other")).items) == []


@pytest.mark.parametrize("query", [MAPS, Query("configmaps")], ids=["namespace", "all"])
def test_a_list_that_was_empty_shows_what_is_made(store: Store, query: Query) -> None:
    with store.transaction():
        assert store.list(query).items == [] == store.list(MAPS).items
        store.create(key("a"), make("a"))
        assert names(store.list(query).items) == ["a"]


def test_the_next_transaction_sees_what_others_wrote(store: Store, open_store: Open) -> None:
    put(store, "a", x=1)
    with store.transaction():
        assert store.get(key("a")) is not None and store.list(Query("secrets")).items == []
    replace(open_store(), "a", x=2)
    with store.transaction():
        found = store.get(key("a"))
    assert found is not None and found["data"] == {"x": 2}


def test_changes_are_the_same_within_a_transaction_and_after_it(store: Store) -> None:
    put(store, "a")
    with store.transaction():
        store.update(key("a"), make("a", x=2), 0)
        store.create(key("b"), make("b"))
        within = [store.changes(after) for after in (0, 1, 2, 3)]
    store.release(store.current_revision())
    assert [store.changes(after) for after in (0, 1, 2, 3)] == within
    assert [[change.revision for change in changes] for changes in within] == [[1, 2, 3], [2, 3], [3], []]
