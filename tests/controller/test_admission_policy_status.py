"""What is told of a policy's expressions."""

from __future__ import annotations

from typing import Any

from minikube_py.controller.admission_policy_status import list_kinds, make_type_checking

Object = dict[str, Any]


def policy(*expressions: str, rules: list[Object] | None = None, **spec: Any) -> Object:
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["deployments"]}
    validations = [{"expression": text} for text in expressions]
    return {"spec": {"matchConstraints": {"resourceRules": rules or [rule]}, "validations": validations, **spec}}


def test_expressions_that_fit_are_not_told_of() -> None:
    assert make_type_checking(policy("object.spec.replicas <= 5")) == {}


def test_a_field_that_no_object_has() -> None:
    (warning,) = make_type_checking(policy("object.spec.replicas <= 5", "object.spec.foo > 1"))["expressionWarnings"]
    assert warning["fieldRef"] == "spec.validations[1].expression"
    assert warning["warning"] == (
        "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'foo'\n | object.spec.foo > 1\n | ...........^\n"
    )


def test_variables_and_params_have_types() -> None:
    spec = {
        "variables": [{"name": "n", "expression": "object.spec.replicas"}],
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
    }
    assert make_type_checking(policy("variables.n > int(params.data.max)", **spec)) == {}
    for text, why in (("variables.n == 'a'", "'(int, string)'"), ("variables.m == 1", "undefined field 'm'")):
        (warning,) = make_type_checking(policy(text, **spec))["expressionWarnings"]
        assert why in warning["warning"]


def test_wildcards_name_no_kinds() -> None:
    every = {"apiGroups": ["*"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["pods"]}
    pods = {**every, "apiGroups": [""], "resources": ["pods", "pods/status", "*", "nope"]}
    assert [kind.kind for kind in list_kinds(policy(rules=[every]))] == []
    assert [kind.kind for kind in list_kinds(policy(rules=[pods]))] == ["Pod"]
