"""Caches and their indexes agree with the objects, whatever came in before."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minikube_py.client.lister import Lister, without_managers

Object = dict[str, Any]


def make(name: str, namespace: str = "a", node: str = "", owner: str = "") -> Object:
    metadata: Object = {"name": name, "namespace": namespace}
    if owner:
        metadata["ownerReferences"] = [{"uid": "nobody"}, {"uid": owner, "controller": True}]
    return {"metadata": metadata, "spec": {"nodeName": node} if node else {}}


def test_the_newest_state_counts() -> None:
    lister = Lister()
    old, new = make("x", node="n1"), make("x", node="n2", owner="u")
    assert lister.replace(old) is None
    assert lister.replace(new) is old
    assert lister.get("a", "x") is new
    assert (lister.by_node("n1"), lister.by_node("n2"), lister.by_owner("u"), lister.orphans("a")) == ([], [new], [new], [])


def test_what_is_not_there_is_nothing() -> None:
    lister = Lister()
    lister.remove(make("x"))
    assert (lister.get("a", "x"), lister.list(), lister.list("a"), lister.by_owner("u")) == (None, [], [], [])


OBJECTS = st.builds(make, *(st.sampled_from(v) for v in (["x", "y", "z"], ["a", "b"], ["", "n1", "n2"], ["", "u", "v"])))


@given(st.lists(st.tuples(st.booleans(), OBJECTS), max_size=30))
def test_indexes_agree_with_the_objects(steps: list[tuple[bool, Object]]) -> None:
    lister, model = Lister(), {}
    for keep, obj in steps:
        key = (obj["metadata"]["namespace"], obj["metadata"]["name"])
        if keep:
            lister.replace(obj)
            model[key] = obj
        else:
            lister.remove(obj)
            model.pop(key, None)

    def names(objects: Any) -> list[tuple[str, str]]:
        return sorted((o["metadata"]["namespace"], o["metadata"]["name"]) for o in objects)

    def owner_of(obj: Object) -> str:
        owners = obj["metadata"].get("ownerReferences")
        return owners[1]["uid"] if owners else ""

    current = list(model.values())
    assert names(lister.list()) == names(current)
    for namespace in ("a", "b"):
        of_it = [o for o in current if o["metadata"]["namespace"] == namespace]
        assert names(lister.list(namespace)) == names(of_it)
        assert names(lister.orphans(namespace)) == names(o for o in of_it if not owner_of(o))
    for node in ("n1", "n2"):
        assert names(lister.by_node(node)) == names(o for o in current if o["spec"].get("nodeName") == node)
    for owner in ("u", "v"):
        assert names(lister.by_owner(owner)) == names(o for o in current if owner_of(o) == owner)


def test_an_object_without_its_managers_is_the_same_otherwise() -> None:
    obj = make("x", node="n1")
    obj["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    slim = without_managers(obj)
    assert slim == make("x", node="n1") and slim["spec"] is obj["spec"]
    assert obj["metadata"]["managedFields"] == [{"manager": "kubectl"}]
    assert without_managers(slim) is slim
