"""kopf: handlers of creation, change and deletion, timers, daemons, events, and admission by finalizers."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import kopf
import pytest

PATIENCE = 20
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def make_widget(**spec):
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "small"}, "spec": spec}


@contextmanager
def running(registry):
    """Run an operator until the end; its thread is gone then."""
    kopf.on.login(registry=registry)(lambda **kwargs: kopf.login_with_kubeconfig(**kwargs))
    ready, stop = threading.Event(), threading.Event()
    options = {"registry": registry, "clusterwide": True, "standalone": True, "ready_flag": ready, "stop_flag": stop}
    thread = threading.Thread(target=kopf.run, kwargs=options)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def registry(cluster, kubeconfig):
    cluster.apply(DEFINITION)
    cluster.wait("crd/widgets.example.com", "Established")
    return kopf.OperatorRegistry()


def test_creation_change_and_deletion_are_handled(cluster, registry):
    seen = []

    @kopf.on.create("example.com", "v1", "widgets", id="create", registry=registry)
    def create(spec, **_):
        seen.append("create")
        return {"size": spec["size"]}

    @kopf.on.update("example.com", "v1", "widgets", field="spec.size", registry=registry)
    def update(old, new, patch, **_):
        seen.append(f"{old} to {new}")
        patch.status["size"] = new

    @kopf.on.delete("example.com", "v1", "widgets", registry=registry)
    def delete(**_):
        seen.append("delete")

    with running(registry):
        cluster.apply(make_widget(size=1))
        created = cluster.wait("widget/small", "jsonpath={.status.create.size}=1")
        assert created["metadata"]["finalizers"] == ["kopf.zalando.org/KopfFinalizerMarker"]
        cluster.apply(make_widget(size=2))
        cluster.wait("widget/small", "jsonpath={.status.size}=2")
        cluster.delete("widget/small")
        cluster.wait("widget/small", "delete")
    assert seen == ["create", "1 to 2", "delete"]


def test_what_fails_is_tried_again_and_told_of(cluster, registry):
    tries = []

    @kopf.on.create("example.com", "v1", "widgets", id="create", backoff=0.1, registry=registry)
    def create(retry, **_):
        tries.append(retry)
        if retry < 2:
            raise kopf.TemporaryError("not yet", delay=0.1)
        return "done"

    with running(registry):
        cluster.apply(make_widget())
        cluster.wait("widget/small", "jsonpath={.status.create}=done")
    assert tries == [0, 1, 2]


def test_pods_are_watched_and_daemons_run(cluster, registry):
    pods, daemon = threading.Event(), threading.Event()

    @kopf.on.event("pods", registry=registry)
    def see(body, **_):
        if body.status.get("phase") == "Running":
            pods.set()

    @kopf.daemon("example.com", "v1", "widgets", registry=registry)
    async def stay(stopped, **_):
        daemon.set()
        await stopped.wait(PATIENCE)

    spec = {"containers": [{"name": "web", "image": "nginx"}]}
    with running(registry):
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
        cluster.apply(make_widget())
        assert pods.wait(PATIENCE)
        assert daemon.wait(PATIENCE)
        cluster.delete("widget/small")
        cluster.wait("widget/small", "delete")
