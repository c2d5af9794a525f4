"""Lists: selectors, pages, versions; and watches when objects come into a selection or leave it."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def read(cluster: Cluster, resource: str = "configmaps", namespace: str = "default", **params: str) -> Object:
    answer: Object = cluster.server.handle(Request("list", "", "v1", resource, namespace, params=params)).object
    return answer


def names(answer: Object) -> list[str]:
    return [item["metadata"]["name"] for item in answer["items"]]


def fill(cluster: Cluster, count: int = 7) -> None:
    for number in range(count):
        metadata = {"name": f"n{number}", "labels": {"parity": "odd" if number % 2 else "even", "number": str(number)}}
        cluster.create("configmaps", {"metadata": metadata})


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"labelSelector": "parity=odd"}, ["n1", "n3", "n5"]),
        ({"labelSelector": "parity!=odd,number notin (0,2)"}, ["n4", "n6"]),
        ({"labelSelector": "missing"}, []),
        ({"labelSelector": "!missing,number in (3)"}, ["n3"]),
        ({"fieldSelector": "metadata.name=n2"}, ["n2"]),
        ({"fieldSelector": "metadata.name!=n2,metadata.namespace=default", "labelSelector": "parity=even"}, ["n0", "n4", "n6"]),
    ],
)
def test_selectors(cluster: Cluster, params: dict[str, str], found: list[str]) -> None:
    fill(cluster)
    assert names(read(cluster, **params)) == found
    paged: list[str] = []
    token = ""
    while True:
        page = read(cluster, limit="2", **{"continue": token} if token else {}, **params)
        assert len(page["items"]) <= 2
        paged += names(page)
        token = page["metadata"].get("continue", "")
        if not token:
            break
    assert paged == found


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"labelSelector": "a in"}, "unable to parse requirement"),
        ({"fieldSelector": "a"}, "invalid selector: 'a'; can't understand 'a'"),
        ({"fieldSelector": "spec.x=1"}, '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ({"continue": "garbage"}, "invalid continue token: continue key is not valid"),
        ({"resourceVersion": "abc"}, "resourceVersion: Invalid value"),
    ],
)
def test_requests_that_are_refused(cluster: Cluster, params: dict[str, str], text: str) -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        read(cluster, **params)
    assert text in refusal.value.message


def test_pods_are_selected_by_their_own_fields(cluster: Cluster) -> None:
    for name, node in (("a", "n1"), ("b", "n2"), ("c", "")):
        spec = {"containers": [{"name": "c", "image": "i"}], "nodeName": node}
        cluster.create("pods", {"metadata": {"name": name}, "spec": spec})
    assert names(read(cluster, "pods", fieldSelector="spec.nodeName=n1")) == ["a"]
    assert names(read(cluster, "pods", fieldSelector="spec.nodeName=,status.phase=Pending")) == ["c"]


def test_pages_show_one_moment_and_say_what_remains(cluster: Cluster) -> None:
    fill(cluster)
    first = read(cluster, limit="3")
    cluster.delete("configmaps", "n5")
    cluster.create("configmaps", {"metadata": {"name": "n33"}})
    second = read(cluster, limit="3", **{"continue": first["metadata"]["continue"]})
    third = read(cluster, limit="3", **{"continue": second["metadata"]["continue"]})
    assert [names(page) for page in (first, second, third)] == [["n0", "n1", "n2"], ["n3", "n4", "n5"], ["n6"]]
    assert [page["metadata"].get("remainingItemCount") for page in (first, second, third)] == [4, 1, None]
    assert len({page["metadata"]["resourceVersion"] for page in (first, second, third)}) == 1


def test_a_page_of_forgotten_times_is_expired(cluster: Cluster) -> None:
    fill(cluster)
    first = read(cluster, limit="3")
    fill_more = cluster.create("configmaps", {"metadata": {"name": "later"}})
    cluster.create("configmaps", {"metadata": {"name": "latest"}})
    cluster.server.store.compact(int(fill_more["metadata"]["resourceVersion"]))
    with pytest.raises(errors.Expired, match="The provided continue parameter is too old to display a consistent list result"):
        read(cluster, limit="3", **{"continue": first["metadata"]["continue"]})
    with pytest.raises(errors.Expired, match="The resourceVersion for the provided list is too old"):
        read(cluster, resourceVersion=first["metadata"]["resourceVersion"], resourceVersionMatch="Exact")


def test_versions_of_lists(cluster: Cluster) -> None:
    fill(cluster, 2)
    then = read(cluster)["metadata"]["resourceVersion"]
    cluster.delete("configmaps", "n0")
    assert names(read(cluster, resourceVersion=then, resourceVersionMatch="Exact")) == ["n0", "n1"]
    assert names(read(cluster, resourceVersion=then)) == ["n1"]
    assert names(read(cluster, resourceVersion="0")) == ["n1"]
    with pytest.raises(errors.Timeout, match=r"^Timeout: Too large resource version: 9999, current: "):
        read(cluster, resourceVersion="9999")


def test_versions_of_objects(cluster: Cluster) -> None:
    made = cluster.create("configmaps", {"metadata": {"name": "n"}})

    def get(version: str) -> Any:
        request = Request("get", "", "v1", "configmaps", "default", "n", params={"resourceVersion": version})
        return cluster.server.handle(request).object

    assert [get(version)["metadata"]["name"] for version in ("", "0", "1", made["metadata"]["resourceVersion"])] == ["n"] * 4
    with pytest.raises(errors.Timeout) as caught:
        get("9999")
    assert caught.value.details == {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    with pytest.raises(errors.BadRequest, match="resourceVersion: Invalid value"):
        get("new")


def test_all_namespaces_or_one(cluster: Cluster) -> None:
    cluster.create("configmaps", {"metadata": {"name": "a"}})
    cluster.create("configmaps", {"metadata": {"name": "b"}}, "kube-system")
    assert names(read(cluster, namespace="")) == ["a", "b"]
    assert names(read(cluster, namespace="kube-system")) == ["b"]
    assert names(read(cluster, namespace="nowhere")) == []


def open_watch(cluster: Cluster, **params: str) -> Any:
    params.setdefault("resourceVersion", str(cluster.server.store.current_revision()))
    return cluster.server.open_watch(Request("watch", "", "v1", "configmaps", "default", params=params))


def label(cluster: Cluster, name: str, **labels: str | None) -> None:
    cluster.patch("configmaps", name, {"metadata": {"labels": labels}})


def told(watch: Any) -> list[tuple[str, str]]:
    return [(event.type, event.object["metadata"]["name"]) for event in watch.poll()]


def test_who_comes_into_a_selection_is_added_and_who_leaves_deleted(cluster: Cluster) -> None:
    fill(cluster, 1)
    watch = open_watch(cluster, labelSelector="on=yes")
    label(cluster, "n0", other="x")
    assert told(watch) == []
    label(cluster, "n0", on="yes")
    assert told(watch) == [("ADDED", "n0")]
    label(cluster, "n0", other="y")
    assert told(watch) == [("MODIFIED", "n0")]
    label(cluster, "n0", on=None)
    assert told(watch) == [("DELETED", "n0")]
    cluster.delete("configmaps", "n0")
    assert told(watch) == []


def test_who_left_a_selection_before_a_compaction_is_still_told(cluster: Cluster) -> None:
    fill(cluster, 1)
    label(cluster, "n0", on="yes")
    watch = open_watch(cluster, labelSelector="on=yes")
    label(cluster, "n0", on=None)
    cluster.server.store.compact(watch.revision)
    assert told(watch) == [("DELETED", "n0")]


def test_a_watch_of_a_quiet_resource_outlives_compaction(cluster: Cluster) -> None:
    watch = open_watch(cluster)
    for number in range(5):
        cluster.create("secrets", {"metadata": {"name": f"s{number}"}})
    assert told(watch) == []
    cluster.server.store.compact(cluster.server.store.current_revision())
    fill(cluster, 1)
    assert told(watch) == [("ADDED", "n0")]


def test_a_watch_from_forgotten_times_is_expired(cluster: Cluster) -> None:
    fill(cluster, 5)
    watch = open_watch(cluster, resourceVersion="1")
    cluster.server.store.compact(cluster.server.store.current_revision())
    with pytest.raises(errors.Expired, match=r"^too old resource version: 1 \("):
        watch.poll()


def test_many_changes_come_whole_and_in_order(cluster: Cluster) -> None:
    watch = open_watch(cluster)
    with cluster.server.batch():
        for number in range(2100):
            cluster.create("configmaps", {"metadata": {"name": f"n{number:04}"}})
    assert told(watch) == [("ADDED", f"n{number:04}") for number in range(2100)]
    assert told(watch) == []
