from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import Forbidden, StatusError
from minikube_py.client.request import Request, Response
from minikube_py.client.resources import PODS, SECRETS
from minikube_py.client.rest import Client
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.registry import describe_object
from minikube_py.kubectl.describe.writer import Writer

from .conftest import Object, Objects


class Pages(Objects):
    """Answers lists three times, a page each."""

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        page = int(request.params.get("continue", "0"))
        metadata = {"continue": str(page + 1)} if page < 2 else {}
        return Response({"metadata": metadata, "items": [{"metadata": {"name": f"p{page}"}}]})


class Refusing(Objects):
    """Does not let some resources be seen."""

    def __init__(self, objects: list[Object], *resources: str) -> None:
        super().__init__(objects)
        self.resources = resources

    def handle(self, request: Request) -> Response:
        if request.resource in self.resources:
            raise Forbidden(f"{request.resource} is forbidden")
        return super().handle(request)


def test_lists_follow_the_pages() -> None:
    pages = Pages([])
    found = Context(Writer(), Client(pages), 0.0, chunk_size=1).list(PODS, "default", "a=b", "x=y")
    assert [obj["metadata"]["name"] for obj in found] == ["p0", "p1", "p2"]
    selectors = {"labelSelector": "a=b", "fieldSelector": "x=y", "limit": "1"}
    assert [dict(request.params) for request in pages.requests[:2]] == [selectors, {**selectors, "continue": "1"}]


def test_no_chunk_size_is_no_limit() -> None:
    objects = Objects([])
    Context(Writer(), Client(objects), 0.0, chunk_size=0).list(PODS, "")
    assert dict(objects.requests[0].params) == {}


def test_list_raises_and_find_does_not() -> None:
    context = Context(Writer(), Client(Refusing([], "pods")), 0.0)
    assert context.find(PODS, "") == []
    with pytest.raises(StatusError):
        context.list(PODS, "")


def describe_refused(obj: Object, *resources: str) -> str:
    return describe_object(obj, Context(Writer(), Client(Refusing([], *resources)), 0.0))


def test_a_node_is_described_without_pods_that_may_not_be_seen() -> None:
    node: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}
    text = describe_refused(node, "pods", "leases")
    assert "Pods:                         not authorized\n" in text
    assert "Lease:              Failed to get lease: leases is forbidden\n" in text
    assert "Allocated resources" not in text


def test_a_replica_set_says_why_its_pods_are_not_counted() -> None:
    template: Object = {"metadata": {}, "spec": {"containers": []}}
    obj: Object = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "r"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": template},
    }
    assert "Pods Status:  error in fetching pods: pods is forbidden\n" in describe_refused(obj, "pods")


def test_a_service_account_does_not_doubt_secrets_that_may_not_be_seen() -> None:
    account: Object = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}, "secrets": [{"name": "s"}]}
    assert "(not found)" not in describe_refused(account, SECRETS.plural)
