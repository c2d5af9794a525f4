"""What describers look for besides the object: its events, its pods and whatever else belongs to it, at random too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from minikube_py.apis.catalog import find_by_kind
from tests.oracle.random_objects import LONG_AGO, make_object

Object = dict[str, Any]

EVENT_TIMES: tuple[Object, ...] = (
    {"firstTimestamp": LONG_AGO[0], "lastTimestamp": LONG_AGO[1], "count": 7, "source": {"component": "kubelet", "host": "n"}},
    {"firstTimestamp": LONG_AGO[1], "lastTimestamp": LONG_AGO[1], "count": 1, "source": {"component": "scheduler"}},
    {"eventTime": "2015-03-01T10:00:00.123456Z", "reportingComponent": "x.y/z", "reportingInstance": "i"},
    {
        "eventTime": "2015-03-01T10:00:00.123456Z",
        "series": {"count": 5, "lastObservedTime": "2023-02-03T04:05:06.000001Z"},
        "reportingComponent": "scheduler",
    },
    {"reportingComponent": "nobody"},
)


def make_neighbours(obj: Object, seed: int) -> Iterator[Object]:
    """Yield objects that concern `obj`, and some that only seem to."""
    pick = random.Random(seed)
    for number in range(pick.randint(0, 3)):
        yield make_event(obj, number, pick)
    kind, name = obj["kind"], obj["metadata"]["name"]
    if kind != "Pod":
        yield from _make_pods(obj, pick)
    if kind == "Deployment":
        yield from _make_replica_sets(obj, pick)
    elif kind == "Namespace":
        for other in ("ResourceQuota", "LimitRange"):
            yield _make("", other, pick, namespace=name)
    elif kind == "Node":
        lease = _make("coordination.k8s.io", "Lease", pick, name=name, namespace="kube-node-lease")
        lease["spec"] |= {"acquireTime": "2015-03-01T10:00:00.123456Z", "renewTime": "2023-02-03T04:05:06.000001Z"}
        yield lease
    elif kind in ("Service", "Ingress"):
        for service in (name, "alpha", "web"):
            yield _make("", "Service", pick, name=service)
            yield _make("discovery.k8s.io", "EndpointSlice", pick, labels={"kubernetes.io/service-name": service})
    elif kind == "ServiceAccount":
        yield from _make_tokens(obj, pick)


def make_event(obj: Object, number: int, pick: random.Random) -> Object:
    """Return an event about `obj`."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace", "")
    about = {"kind": obj["kind"], "name": metadata["name"], "uid": metadata["uid"], "apiVersion": obj["apiVersion"]}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"e{number}", "namespace": namespace or "default", "uid": f"e{number}"},
        "involvedObject": about | ({"namespace": namespace} if namespace else {}),
        "reason": pick.choice(("Pulled", "BackOff")),
        "message": pick.choice(("a\n", "b  ", "two\nlines", " lead", "")),
        "type": pick.choice(("Normal", "Warning")),
        **pick.choice(EVENT_TIMES),
    }


def _make(group: str, kind: str, pick: random.Random, **metadata: Any) -> Object:
    found = find_by_kind(group, kind)
    assert found is not None
    obj = make_object(found, pick.randrange(1000, 100000))
    obj["metadata"] |= metadata
    return obj


def _own(obj: Object, pick: random.Random) -> list[Object]:
    metadata = obj["metadata"]
    owner = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": metadata["name"], "controller": True}
    return [{**owner, "uid": pick.choice((metadata["uid"], "another"))}]


def _chosen_labels(obj: Object) -> dict[str, str]:
    selector = (obj.get("spec") or {}).get("selector") or {}
    labels: dict[str, str] = (
        selector.get("matchLabels", {}) if selector.keys() & {"matchLabels", "matchExpressions"} else selector
    )
    return dict(labels)


def _make_pods(obj: Object, pick: random.Random) -> Iterator[Object]:
    name = obj["metadata"]["name"]
    for _ in range(pick.randint(0, 3)):
        pod = _make("", "Pod", pick, labels=_chosen_labels(obj), ownerReferences=_own(obj, pick))
        pod["spec"]["nodeName"] = name if obj["kind"] == "Node" else "elsewhere"
        if obj["kind"] == "PersistentVolumeClaim":
            claims = ({"persistentVolumeClaim": {"claimName": name}}, {"ephemeral": {}}, {"emptyDir": {}})
            pod["spec"]["volumes"] = [{"name": "v", **pick.choice(claims)}]
        yield pod


def _make_replica_sets(obj: Object, pick: random.Random) -> Iterator[Object]:
    for number in range(pick.randint(0, 3)):
        owned = {"labels": _chosen_labels(obj), "ownerReferences": _own(obj, pick)}
        replica_set = _make("apps", "ReplicaSet", pick, **owned)
        if number == 0:
            replica_set["spec"]["template"] = obj["spec"]["template"]
        yield replica_set


def _make_tokens(obj: Object, pick: random.Random) -> Iterator[Object]:
    for secret in ("alpha", "web", "other"):
        annotations = {"kubernetes.io/service-account.name": obj["metadata"]["name"]}
        annotations["kubernetes.io/service-account.uid"] = pick.choice((obj["metadata"]["uid"], "another"))
        token = _make("", "Secret", pick, name=secret, annotations=annotations)
        token["type"] = pick.choice(("kubernetes.io/service-account-token", "Opaque"))
        yield token
