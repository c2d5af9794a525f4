"""Pods go near those they need, and keep away from those they shun or that shun them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import NAMESPACES, PODS, SERVICE_ACCOUNTS
from minikube_py.scheduler.plugins import inter_pod_affinity as plugin
from minikube_py.scheduler.plugins import inter_pod_preference
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster
from tests.scheduler.pods import list_reasons, look, make_node, make_pod
from tests.scheduler.test_scheduler import add_node, scheduled

Object = dict[str, Any]
DB, WEB = {"app": "db"}, {"app": "web"}


def term(labels: dict[str, str], key: str = "zone", **more: Any) -> Object:
    return {"labelSelector": {"matchLabels": labels}, "topologyKey": key, **more}


def requiring(*terms: Object, anti: bool = False) -> Object:
    return {"podAntiAffinity" if anti else "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def preferring(weight: int, wanted: Object, *, anti: bool = False) -> Object:
    weighted = [{"weight": weight, "podAffinityTerm": wanted}]
    return {"podAntiAffinity" if anti else "podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": weighted}}


def refuse(pod: Object, *more: Object) -> dict[str, str]:
    nodes = [make_node("a1", "a", make_pod("db", DB)), make_node("a2", "a", *more), make_node("b1", "b"), make_node("x1")]
    return {name: reason for name, reason in list_reasons(plugin, pod, nodes).items() if reason}


@pytest.mark.parametrize(
    ("affinity", "labels", "refused"),
    [
        pytest.param({}, WEB, {}, id="nobody cares"),
        pytest.param(requiring(term(DB)), WEB, {"b1": plugin.FAR, "x1": plugin.FAR}, id="in the zone of the database"),
        pytest.param(
            requiring(term(DB, "kubernetes.io/hostname")),
            WEB,
            {"a2": plugin.FAR, "b1": plugin.FAR, "x1": plugin.FAR},
            id="on the node of the database",
        ),
        pytest.param(requiring(term(DB), anti=True), WEB, {"a1": plugin.NEAR, "a2": plugin.NEAR}, id="not in its zone"),
        pytest.param(
            requiring(term({"app": "none"})),
            WEB,
            dict.fromkeys(("a1", "a2", "b1", "x1"), plugin.FAR),
            id="there is no such pod",
        ),
        pytest.param(requiring(term(WEB)), WEB, {"x1": plugin.FAR}, id="the first of its kind begins anywhere"),
        pytest.param(
            requiring(term(DB, namespaces=["other"])),
            WEB,
            dict.fromkeys(("a1", "a2", "b1", "x1"), plugin.FAR),
            id="of another namespace",
        ),
    ],
)
def test_filter(affinity: Object, labels: dict[str, str], refused: dict[str, str]) -> None:
    assert refuse(make_pod("new", labels, affinity=affinity)) == refused


def test_pods_that_are_there_keep_others_away() -> None:
    loner = make_pod("loner", affinity=requiring(term(WEB), anti=True))
    assert refuse(make_pod("new", WEB), loner) == {"a1": plugin.UNWELCOME, "a2": plugin.UNWELCOME}
    assert refuse(make_pod("new", DB), loner) == {}


@pytest.mark.parametrize(
    ("affinity", "others", "best"),
    [
        pytest.param(preferring(10, term(DB)), {}, "a", id="likes the database"),
        pytest.param(preferring(10, term(DB), anti=True), {}, "b", id="dislikes it"),
        pytest.param({}, preferring(5, term(WEB)), "b", id="is liked by another"),
        pytest.param({}, requiring(term(WEB)), "b", id="is needed by another"),
        pytest.param({}, preferring(5, term(WEB), anti=True), "a", id="is disliked by another"),
    ],
)
def test_scores(affinity: Object, others: Object, best: str) -> None:
    other = make_pod("other", affinity=others)
    nodes = [make_node("a", "a", make_pod("db", DB)), make_node("b", "b", other)]
    pod = make_pod("new", WEB, affinity=affinity)
    state = look(inter_pod_preference, pod, nodes)
    scores = inter_pod_preference.normalize(inter_pod_preference.score_all(pod, nodes, state), state)
    assert dict(zip("ab", scores, strict=True)) == {best: 100, "b" if best == "a" else "a": 0}


def test_without_preferences_nothing_is_scored() -> None:
    nodes = [make_node("a", "a", make_pod("db", DB))]
    assert look(inter_pod_preference, make_pod("new"), nodes) is None


def test_namespaces_by_their_labels(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one", labels={"zone": "a"})
    cluster.create(NAMESPACES, "data", {}, labels={"team": "data"})
    cluster.create(SERVICE_ACCOUNTS, "default", {}, "data")
    cluster.create(PODS, "db", {"spec": {"containers": [{"name": "c", "image": "x"}], "nodeName": "one"}}, "data", labels=DB)
    for name, team in (("friend", "data"), ("stranger", "other")):
        wanted = term(DB, namespaceSelector={"matchLabels": {"team": team}})
        cluster.add_pod(name, affinity=requiring(wanted))
    cluster.run()
    assert cluster.get(PODS, "friend")["spec"]["nodeName"] == "one"
    assert scheduled(cluster, "stranger")["message"].startswith("0/1 nodes are available: 1 " + plugin.FAR + ". preemption: ")


def test_a_pod_that_waits_for_company_goes_when_it_comes(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(CONTROLLER)
    for name in ("one", "two"):
        add_node(cluster, name, labels={"host": name})
    cluster.add_pod("web", affinity=requiring(term(DB, "host")))
    cluster.run()
    assert "nodeName" not in cluster.get(PODS, "web")["spec"]
    cluster.add_pod("db", labels=DB)
    cluster.run()
    assert cluster.get(PODS, "web")["spec"]["nodeName"] == cluster.get(PODS, "db")["spec"]["nodeName"]
