"""Policies in CEL: which requests they are about, and what becomes of those that break them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import Request, Response
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
WHO = "ValidatingAdmissionPolicy 'p' with binding 'b'"


def put_in_force(cluster: Cluster, spec: Object, binding: Object | None = None) -> None:
    policy = {"metadata": {"name": "p"}, "spec": {"matchConstraints": {"resourceRules": [RULE]}, **spec}}
    bound = {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"], **(binding or {})}}
    for plural, obj in (("validatingadmissionpolicies", policy), ("validatingadmissionpolicybindings", bound)):
        cluster.server.handle(Request("create", "admissionregistration.k8s.io", "v1", plural, body=obj))


def create(cluster: Cluster, data: Object, **metadata: Any) -> Response:
    body = {"metadata": {"name": "c", **metadata}, "data": data}
    return cluster.server.handle(Request("create", "", "v1", "configmaps", "default", body=body))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"expression": "size(object.data) < 2"}, "failed expression: size(object.data) < 2"),
        ({"expression": "size(object.data) < 2", "message": "too many"}, "too many"),
        (
            {"expression": "size(object.data) < 2", "messageExpression": "'has ' + string(size(object.data))"},
            "has 2",
        ),
        (
            {"expression": "object.data.nope == 'x'"},
            "expression 'object.data.nope == 'x'' resulted in error: no such key: nope",
        ),
    ],
    ids=["expression", "message", "messageExpression", "error"],
)
def test_what_breaks_a_rule_is_denied(cluster: Cluster, rule: Object, message: str) -> None:
    put_in_force(cluster, {"validations": [rule]})
    with pytest.raises(errors.Invalid) as denied:
        create(cluster, {"a": "1", "b": "2"})
    assert denied.value.message == f'configmaps "c" is forbidden: {WHO} denied request: {message}'
    assert (denied.value.details or {})["causes"] == [{"message": f"{WHO} denied request: {message}"}]


def test_the_reason_is_the_rules(cluster: Cluster) -> None:
    put_in_force(cluster, {"validations": [{"expression": "false", "reason": "Forbidden"}]})
    with pytest.raises(errors.Forbidden):
        create(cluster, {})


def test_warnings_come_with_the_answer(cluster: Cluster) -> None:
    put_in_force(cluster, {"validations": [{"expression": "false", "message": "hm"}]}, {"validationActions": ["Warn"]})
    assert create(cluster, {}).warnings == ("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': hm",)
    assert cluster.server.handle(Request("get", "", "v1", "configmaps", "default", "c")).warnings == ()


@pytest.mark.parametrize(
    ("spec", "binding"),
    [
        ({"matchConditions": [{"name": "some", "expression": "object.metadata.name != 'c'"}]}, {}),
        ({"matchConstraints": {"resourceRules": [{**RULE, "resources": ["secrets"]}]}}, {}),
        ({"matchConstraints": {"resourceRules": [{**RULE, "operations": ["UPDATE"]}]}}, {}),
        ({"matchConstraints": {"resourceRules": [RULE], "excludeResourceRules": [RULE]}}, {}),
        ({"matchConstraints": {"resourceRules": [RULE], "objectSelector": {"matchLabels": {"a": "b"}}}}, {}),
        ({}, {"matchResources": {"namespaceSelector": {"matchLabels": {"a": "b"}}}}),
        ({"failurePolicy": "Ignore", "validations": [{"expression": "object.nope == 1"}]}, {}),
    ],
    ids=["condition", "resource", "operation", "excluded", "labels", "namespace", "ignored"],
)
def test_what_is_not_meant_passes(cluster: Cluster, spec: Object, binding: Object) -> None:
    put_in_force(cluster, {"validations": [{"expression": "false"}], **spec}, binding)
    assert create(cluster, {}).created


def test_variables_and_parameters(cluster: Cluster) -> None:
    cluster.create("configmaps", {"metadata": {"name": "limits"}, "data": {"most": "1"}}, "kube-system")
    spec = {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "variables": [{"name": "most", "expression": "int(params.data.most)"}],
        "validations": [{"expression": "size(object.data) <= variables.most"}],
    }
    ref = {"name": "limits", "namespace": "kube-system", "parameterNotFoundAction": "Deny"}
    put_in_force(cluster, spec, {"paramRef": ref})
    with pytest.raises(errors.Invalid, match=r"failed expression: size\(object\.data\) <= variables\.most"):
        create(cluster, {"a": "1", "b": "2"})
    assert create(cluster, {"a": "1"}).created


def test_parameters_that_are_not_there(cluster: Cluster) -> None:
    spec = {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}, "validations": [{"expression": "true"}]}
    put_in_force(cluster, spec, {"paramRef": {"name": "nope", "parameterNotFoundAction": "Deny"}})
    with pytest.raises(errors.Invalid, match="no params found for policy binding with `Deny` parameterNotFoundAction"):
        create(cluster, {})
