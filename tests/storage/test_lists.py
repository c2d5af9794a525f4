"""Lists: order, restrictions, and pages that all show one revision while others write."""

from __future__ import annotations

import pytest

from minikube_py.storage import interface as api
from minikube_py.storage.interface import Page, Query
from minikube_py.storage.sqlite import Store

from .conftest import Open, key, make, names, put, remove, replace

ALL = Query("configmaps")


def read_pages(store: Store, limit: int, between: list[object] | None = None) -> list[Page]:
    """Read all pages, calling the functions `between` after the first."""
    pages = [store.list(ALL._replace(limit=limit))]
    for act in between or ():
        act()  # type: ignore[operator]
    while pages[-1].next is not None:
        pages.append(store.list(ALL._replace(limit=limit, after=pages[-1].next, revision=pages[0].revision)))
    return pages


def test_lists_are_ordered_by_namespace_and_name(store: Store) -> None:
    for namespace, name in (("b", "a"), ("a", "z"), ("a", "B"), ("a", "b")):
        put(store, name, namespace)
    with store.transaction():
        store.create(key("x", resource="secrets"), make("x"))
    assert names(store.list(ALL).items) == ["B", "b", "z", "a"]
    assert names(store.list(Query("configmaps", "b")).items) == ["a"]
    assert store.count("configmaps") == 4
    assert store.count("configmaps", "a") == 3
    assert sorted(store.resources()) == ["configmaps", "secrets"]


def test_lists_can_be_restricted_to_a_node_or_an_owner(store: Store) -> None:
    owner = {"ownerReferences": [{"uid": "other"}, {"uid": "u", "controller": True}]}
    pods = {"bound": {"spec": {"nodeName": "n1"}}, "owned": {}, "free": {"spec": {}}}
    with store.transaction():
        for name, fields in pods.items():
            metadata = {"name": name, **(owner if name == "owned" else {})}
            store.create(key(name, resource="pods"), {"metadata": metadata, **fields})
        store.update(key("free", resource="pods"), {"metadata": {"name": "free"}, "spec": {"nodeName": "n2"}}, 0)
    assert names(store.list(Query("pods", node="n1")).items) == ["bound"]
    assert names(store.list(Query("pods", node="n2")).items) == ["free"]
    assert names(store.list(Query("pods", owner="u")).items) == ["owned"]
    assert store.list(Query("pods", owner="other")).items == []


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_pages_make_the_whole(store: Store, limit: int) -> None:
    for number in range(7):
        put(store, f"n{number}")
    pages = read_pages(store, limit)
    assert [name for page in pages for name in names(page.items)] == [f"n{number}" for number in range(7)]
    seen = 0
    for page in pages:
        seen += len(page.items)
        assert page.remaining == 7 - seen


def test_pages_show_the_revision_of_the_first_while_others_write(store: Store, open_store: Open) -> None:
    for name in "abcdef":
        put(store, name, version="old")
    before = store.list(ALL)
    other = open_store()
    writes = [
        lambda: remove(other, "a"),
        lambda: remove(other, "d"),
        lambda: replace(other, "e", version="new"),
        lambda: put(other, "cc"),
        lambda: put(other, "d", version="again"),
        lambda: put(other, "g"),
    ]
    pages = read_pages(store, 2, writes)  # type: ignore[arg-type]
    assert [obj for page in pages for obj in page.items] == before.items
    assert {page.revision for page in pages} == {before.revision}


def test_any_kept_revision_can_be_listed(store: Store) -> None:
    put(store, "a", v=1)
    put(store, "b", v=1)
    replace(store, "a", v=2)
    remove(store, "b")
    contents = [[(o["metadata"]["name"], o["data"]) for o in store.list(ALL._replace(revision=r)).items] for r in (1, 2, 3, 4)]
    assert contents == [
        [("a", {"v": 1})],
        [("a", {"v": 1}), ("b", {"v": 1})],
        [("a", {"v": 2}), ("b", {"v": 1})],
        [("a", {"v": 2})],
    ]


def test_the_future_cannot_be_listed(store: Store) -> None:
    put(store, "a")
    with pytest.raises(api.Ahead, match=r"^Too large resource version: 9, current: 1$"):
        store.list(ALL._replace(revision=9))


def test_a_list_inside_a_transaction_shows_its_own_writes(store: Store) -> None:
    with store.transaction():
        store.create(key("a"), make("a"))
        assert store.list(ALL) == Page(1, [{"metadata": {"name": "a", "resourceVersion": "1"}, "data": {}}], None, 0)
