"""Which webhooks are asked about a write, what they are asked, and what becomes of their answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apiserver.webhooks.https import CallFailed
from minikube_py.client.request import MERGE_PATCH, Request, Response
from minikube_py.storage.interface import Key
from minikube_py.storage.sqlite import Store
from tests.apiserver.conftest import Cluster
from tests.apiserver.webhooks.tls_server import CA_BUNDLE, serve

Object = dict[str, Any]
GROUP = "admissionregistration.k8s.io"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["configmaps"]}
Answers = Callable[[Object], Object]


def allow(request: Object) -> Object:
    return {"allowed": True}


def patch_by(*operations: Object) -> Answers:
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    return lambda request: {"allowed": True, "patchType": "JSONPatch", "patch": patch}


def label(name: str) -> Answers:
    return patch_by({"op": "add", "path": f"/metadata/labels/{name}", "value": "yes"})


class Hooks:
    """Webhooks by name that are asked in this very process, without a network."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.asked = cluster, []
        self.answers: dict[str, Answers] = {}
        self.free: list[bool] = []
        cluster.server.extensions["call_webhook"] = self._call

    asked: list[tuple[str, Object]]

    def _call(self, config: Object, body: Object, seconds: int, dial: Any) -> Object:
        name = config["url"].removeprefix("https://")
        self.asked.append((name, body))
        self.free.append(not self.cluster.server.store.in_transaction)
        said = self.answers[name](body["request"])
        response = said if "raw" in said else {"uid": body["request"]["uid"], **said}
        return {"kind": "AdmissionReview", "apiVersion": body["apiVersion"], "response": response}

    def add(self, kind: str, name: str, answer: Answers = allow, **fields: Any) -> None:
        self.answers[name] = answer
        hook = {
            "name": f"{name}.example.com",
            "clientConfig": {"url": f"https://{name}"},
            "rules": [RULE],
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            **fields,
        }
        plural = f"{kind}webhookconfigurations"
        self.cluster.server.handle(
            Request("create", GROUP, "v1", plural, body={"metadata": {"name": name}, "webhooks": [hook]})
        )

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


@pytest.fixture
def hooks(cluster: Cluster) -> Hooks:
    return Hooks(cluster)


def send(cluster: Cluster, verb: str, name: str = "c", body: Object | None = None, **params: str) -> Response:
    whole = {"metadata": {"name": name, "labels": {"a": "b"}}, **(body or {})} if verb in ("create", "update") else body
    where = "" if verb == "create" else name
    kind = {"content_type": MERGE_PATCH} if verb == "patch" else {}
    return cluster.server.handle(Request(verb, "", "v1", "configmaps", "default", where, body=whole, params=params, **kind))


def labels_of(response: Response) -> Iterable[str]:
    return sorted(response.object["metadata"]["labels"])


def test_a_review_says_what_happens(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("validating", "v")
    send(cluster, "create", fieldManager="me")
    ((_, review),) = hooks.asked
    request = review["request"]
    obj = request.pop("object")
    assert (review["kind"], review["apiVersion"]) == ("AdmissionReview", "admission.k8s.io/v1")
    assert (obj["kind"], obj["metadata"]["name"]) == ("ConfigMap", "c")
    assert obj["metadata"]["uid"] == cluster.get("configmaps", "c")["metadata"]["uid"]
    assert len(request.pop("uid")) == 36
    what = {"group": "", "version": "v1", "kind": "ConfigMap"}
    where = {"group": "", "version": "v1", "resource": "configmaps"}
    groups = ["kubeadm:cluster-admins", "system:masters", "system:authenticated"]
    assert request == {
        "kind": what,
        "resource": where,
        "requestKind": what,
        "requestResource": where,
        "operation": "CREATE",
        "name": "c",
        "namespace": "default",
        "userInfo": {"username": "kubernetes-admin", "groups": groups},
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1", "fieldManager": "me"},
        "oldObject": None,
    }


def test_webhooks_are_asked_while_the_state_file_is_free(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("mutating", "m")
    hooks.add("validating", "v")
    send(cluster, "create")
    with cluster.server.batch():
        send(cluster, "patch", body={"data": {"a": "b"}})
    send(cluster, "delete")
    assert hooks.names == ["m", "v"] * 3
    assert all(hooks.free)


def test_what_a_batch_wrote_before_is_kept(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("validating", "v", lambda request: {"allowed": request["name"] != "bad"})
    with cluster.server.batch():
        send(cluster, "create", "first")
        with pytest.raises(errors.BadRequest):
            send(cluster, "create", "bad")
        send(cluster, "create", "last")
    names = [c["metadata"]["name"] for c in cluster.server.handle(Request("list", "", "v1", "configmaps")).object["items"]]
    assert names == ["first", "last"]


def test_mutating_webhooks_change_the_object_in_turn(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("mutating", "one", label("one"))
    hooks.add("mutating", "two", label("two"))
    assert labels_of(send(cluster, "create")) == ["a", "one", "two"]
    assert "one" in hooks.asked[1][1]["request"]["object"]["metadata"]["labels"]


def test_a_selector_looks_at_what_earlier_webhooks_made(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("mutating", "one", label("one"))
    hooks.add("mutating", "two", label("two"), objectSelector={"matchLabels": {"one": "yes"}})
    assert labels_of(send(cluster, "create")) == ["a", "one", "two"]


def test_who_asked_to_is_asked_again_after_a_change(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("mutating", "a-first", reinvocationPolicy="IfNeeded")
    hooks.add("mutating", "b-second", label("late"), reinvocationPolicy="IfNeeded")
    hooks.add("mutating", "c-never")
    send(cluster, "create")
    assert hooks.names == ["a-first", "b-second", "c-never", "a-first"]


@pytest.mark.parametrize(
    ("response", "error", "text"),
    [
        ({"allowed": False, "status": {"message": "no"}}, errors.BadRequest, "denied the request: no"),
        ({"allowed": False}, errors.BadRequest, "denied the request without explanation"),
        ({"allowed": False, "status": {"code": 403, "message": "no"}}, errors.Forbidden, "denied the request: no"),
        ({"allowed": False, "status": {"reason": "Because"}}, errors.BadRequest, "denied the request: Because"),
    ],
    ids=["message", "nothing", "code", "reason"],
)
@pytest.mark.parametrize("kind", ["mutating", "validating"])
def test_a_refusal(
    cluster: Cluster, hooks: Hooks, kind: str, response: Object, error: type[errors.StatusError], text: str
) -> None:
    hooks.add(kind, "v", lambda request: response)
    with pytest.raises(error) as denied:
        send(cluster, "create")
    assert denied.value.message == f'admission webhook "v.example.com" {text}'
    assert denied.value.code == (403 if error is errors.Forbidden else 400)


FAILED = 'Internal error occurred: failed calling webhook "v.example.com": '
INVALID = FAILED + "received invalid webhook response: "


@pytest.mark.parametrize(
    ("kind", "response", "text"),
    [
        ("validating", {"raw": 1, "uid": "x"}, None),
        ("validating", {"allowed": True, "patch": "W10="}, INVALID + "validating webhook may not return response.patch"),
        (
            "validating",
            {"allowed": True, "patchType": "JSONPatch"},
            INVALID + "validating webhook may not return response.patchType",
        ),
        (
            "mutating",
            {"allowed": True, "patch": "W10="},
            INVALID + "webhook returned response.patch but not response.patchType",
        ),
        (
            "mutating",
            {"allowed": True, "patchType": "JSONPatch"},
            INVALID + "webhook returned response.patchType but not response.patch",
        ),
        ("mutating", {"allowed": True, "patchType": "X", "patch": "W3t9XQ=="}, FAILED + 'unsupported patch type "X"'),
    ],
    ids=["uid", "patch", "patchType", "no type", "no patch", "another type"],
)
def test_an_answer_without_form(cluster: Cluster, hooks: Hooks, kind: str, response: Object, text: str | None) -> None:
    hooks.add(kind, "v", lambda request: response)
    with pytest.raises(errors.InternalError) as failed:
        send(cluster, "create")
    if text is None:
        assert failed.value.message.endswith(', got "x"')
    else:
        assert failed.value.message == text


@pytest.mark.parametrize("kind", ["mutating", "validating"])
def test_a_call_that_fails(cluster: Cluster, hooks: Hooks, kind: str) -> None:
    def fail(request: Object) -> Object:
        raise CallFailed('Post "https://v": EOF')

    hooks.add(kind, "v", fail)
    with pytest.raises(errors.InternalError) as failed:
        send(cluster, "create")
    assert failed.value.message == FAILED + 'failed to call webhook: Post "https://v": EOF'
    assert cluster.server.handle(Request("list", "", "v1", "configmaps")).object["items"] == []


def test_one_that_may_fail(cluster: Cluster, hooks: Hooks) -> None:
    def fail(request: Object) -> Object:
        raise CallFailed("EOF")

    hooks.add("mutating", "m", fail, failurePolicy="Ignore")
    hooks.add("validating", "v", fail, failurePolicy="Ignore")
    assert labels_of(send(cluster, "create")) == ["a"]


def test_warnings_are_passed_on_once(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("mutating", "m", lambda request: {"allowed": True, "warnings": ["mind"]})
    hooks.add("validating", "v", lambda request: {"allowed": request["operation"] == "CREATE", "warnings": ["careful"]})
    assert send(cluster, "create").warnings == ("mind", "careful")
    with pytest.raises(errors.BadRequest) as denied:
        send(cluster, "update", body={"data": {"x": "y"}})
    assert denied.value.warnings == ("careful",)


@pytest.mark.parametrize(
    ("fields", "is_asked"),
    [
        ({"rules": [{**RULE, "operations": ["UPDATE"]}]}, False),
        ({"rules": [{**RULE, "resources": ["secrets"]}]}, False),
        ({"rules": [{**RULE, "resources": ["*"]}]}, True),
        ({"rules": [{**RULE, "scope": "Cluster"}]}, False),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"a": "b"}}}, False),
        ({"objectSelector": {"matchLabels": {"a": "c"}}}, False),
        ({"matchConditions": [{"name": "n", "expression": "object.metadata.name == 'c'"}]}, True),
        ({"matchConditions": [{"name": "n", "expression": "request.operation == 'DELETE'"}]}, False),
        (
            {"matchConditions": [{"name": "n", "expression": "!authorizer.group('').resource('x').check('get').allowed()"}]},
            False,
        ),
    ],
    ids=["operation", "resource", "any", "scope", "namespace", "not", "object", "condition", "not so", "authorizer"],
)
def test_who_is_asked(cluster: Cluster, hooks: Hooks, fields: Object, is_asked: bool) -> None:
    hooks.add("validating", "v", **fields)
    send(cluster, "create")
    assert bool(hooks.names) is is_asked


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
def test_a_condition_that_cannot_be_evaluated(cluster: Cluster, hooks: Hooks, policy: str) -> None:
    condition = {"name": "n", "expression": "object.nope == 1"}
    hooks.add("validating", "v", matchConditions=[condition], failurePolicy=policy)
    if policy == "Ignore":
        send(cluster, "create")
        assert hooks.names == []
        return
    with pytest.raises(errors.Forbidden) as denied:
        send(cluster, "create")
    why = "expression 'object.nope == 1' resulted in error: no such key: nope"
    assert denied.value.message == f'configmaps "c" is forbidden: {why}'


def test_a_rule_for_another_version_gets_that_version(cluster: Cluster, hooks: Hooks) -> None:
    rule = {"apiGroups": ["autoscaling"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]}
    hooks.add("validating", "v", rules=[rule])
    hooks.add("validating", "exact", rules=[rule], matchPolicy="Exact")
    spec = {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"}}
    body = {"metadata": {"name": "h"}, "spec": spec}
    cluster.server.handle(Request("create", "autoscaling", "v2", "horizontalpodautoscalers", "default", body=body))
    ((name, review),) = hooks.asked
    assert (name, review["request"]["object"]["apiVersion"]) == ("v", "autoscaling/v1")
    assert (review["request"]["kind"]["version"], review["request"]["requestKind"]["version"]) == ("v1", "v2")


def test_dry_runs_are_for_those_without_side_effects(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("validating", "v")
    send(cluster, "create", dryRun="All")
    assert hooks.asked[0][1]["request"]["dryRun"] is True
    assert hooks.asked[0][1]["request"]["options"]["dryRun"] == ["All"]


def test_configurations_of_webhooks_are_not_asked_about(cluster: Cluster, hooks: Hooks) -> None:
    everything = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}
    hooks.add("validating", "v", lambda request: {"allowed": False}, rules=[everything])
    plural = "validatingwebhookconfigurations"
    cluster.server.handle(Request("delete", GROUP, "v1", plural, name="v"))
    send(cluster, "create")
    assert hooks.names == []


def test_writes_of_a_status_are_of_a_subresource(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("validating", "v", rules=[{**RULE, "resources": ["namespaces/status"]}])
    body = {"status": {"phase": "Active", "conditions": []}}
    cluster.server.handle(
        Request("patch", "", "v1", "namespaces", name="default", subresource="status", body=body, content_type=MERGE_PATCH)
    )
    ((_, review),) = hooks.asked
    assert (review["request"]["subResource"], review["request"]["namespace"]) == ("status", "default")


def test_an_object_that_changed_meanwhile_is_asked_about_again(cluster: Cluster, hooks: Hooks) -> None:
    def interfere(request: Object) -> Object:
        if len(hooks.asked) == 1:
            with closing(Store(cluster.server.store.path)) as other, other.transaction():
                key = Key("configmaps", "default", "c")
                other.update(key, {**(other.get(key) or {}), "data": {"other": "1"}}, 0)
        return {"allowed": True}

    send(cluster, "create")
    hooks.add("validating", "v", interfere)
    send(cluster, "patch", body={"data": {"mine": "1"}})
    assert hooks.names == ["v", "v"]
    assert cluster.get("configmaps", "c")["data"] == {"other": "1", "mine": "1"}


def test_what_a_webhook_makes_of_a_pod_gets_its_defaults(cluster: Cluster, hooks: Hooks) -> None:
    sidecar = {"op": "add", "path": "/spec/containers/-", "value": {"name": "side", "image": "side"}}
    hooks.add("mutating", "m", patch_by(sidecar), rules=[{**RULE, "resources": ["pods"]}])
    pod = cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})
    side = pod["spec"]["containers"][1]
    assert (side["imagePullPolicy"], side["terminationMessagePath"]) == ("Always", "/dev/termination-log")
    assert [m["mountPath"] for m in side["volumeMounts"]] == ["/var/run/secrets/kubernetes.io/serviceaccount"]


def test_generated_names_are_those_that_webhooks_saw(cluster: Cluster, hooks: Hooks) -> None:
    hooks.add("validating", "v")
    body = {"metadata": {"generateName": "g-"}}
    made = cluster.server.handle(Request("create", "", "v1", "configmaps", "default", body=body)).object
    assert hooks.asked[0][1]["request"]["object"]["metadata"]["name"] == made["metadata"]["name"]


def test_over_https(cluster: Cluster, tmp_path: Path) -> None:
    def answer(review: Object) -> Object:
        response = {"uid": review["request"]["uid"], "allowed": False, "status": {"message": "not today"}}
        return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "response": response}

    folder = tmp_path / "server"
    folder.mkdir()
    with serve(folder, answer) as server:
        hook = {
            "name": "a.example.com",
            "clientConfig": {"url": server.url, "caBundle": CA_BUNDLE},
            "rules": [RULE],
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
        }
        body = {"metadata": {"name": "h"}, "webhooks": [hook]}
        cluster.server.handle(Request("create", GROUP, "v1", "validatingwebhookconfigurations", body=body))
        with pytest.raises(errors.BadRequest) as denied:
            send(cluster, "create")
    assert denied.value.message == 'admission webhook "a.example.com" denied the request: not today'
