"""Rules for webhook configurations, policies and bindings; flow control and API services beside them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.admissionregistration import policy, policy_binding, webhooks
from minikube_py.apis.apiregistration import apiservice
from minikube_py.apis.flowcontrol import flowschema, prioritylevel
from tests.apis.manifests import show_row

Object = dict[str, Any]
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
HOOK = {
    "name": "a.example.com",
    "clientConfig": {"url": "https://hook.example.com"},
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
    "rules": [RULE],
}
POLICY: Object = {
    "metadata": {"name": "p"},
    "spec": {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "true"}]},
}
BINDING: Object = {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"]}}
LEVEL: Object = {
    "metadata": {"name": "l"},
    "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {}}}},
}
SCHEMA: Object = {
    "metadata": {"name": "s"},
    "spec": {
        "priorityLevelConfiguration": {"name": "l"},
        "rules": [
            {
                "subjects": [{"kind": "User", "user": {"name": "u"}}],
                "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
            }
        ],
    },
}
SERVICE: Object = {
    "metadata": {"name": "v1.example.com"},
    "spec": {"group": "example.com", "version": "v1", "groupPriorityMinimum": 10, "versionPriority": 10},
}


def texts(module: Any, obj: Object) -> list[str]:
    whole = deep_copy(obj)
    module.set_defaults(whole)
    return [str(error) for error in module.validate(whole)]


@pytest.mark.parametrize(
    ("reference", "cell"),
    [
        pytest.param(None, "<unset>", id="none"),
        pytest.param({"name": "c", "namespace": "n"}, "n/c", id="of a namespace"),
        pytest.param({"name": "c"}, "*/c", id="of any namespace"),
        pytest.param({}, "<unset>", id="nothing said"),
        pytest.param(
            {"selector": {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}},
            "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{"
            "LabelSelectorRequirement{Key:k,Operator:In,Values:[v],},},}",
            id="selected",
        ),
    ],
)
def test_parameters_of_a_binding(reference: Object | None, cell: str) -> None:
    binding = {"metadata": {"name": "b"}, "spec": {"policyName": "p", **({} if reference is None else {"paramRef": reference})}}
    assert show_row(policy_binding.KIND, binding)[:3] == ["b", "p", cell]


def test_hooks_have_defaults() -> None:
    configuration = {"webhooks": [deep_copy(HOOK)]}
    webhooks.set_mutating_defaults(configuration)
    hook = configuration["webhooks"][0]
    assert (hook["failurePolicy"], hook["timeoutSeconds"], hook["reinvocationPolicy"]) == ("Fail", 10, "Never")
    assert hook["rules"][0]["scope"] == "*"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"name": "a"},
            'webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots',
        ),
        (
            {"sideEffects": "Some"},
            'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        ),
        (
            {"timeoutSeconds": 31},
            "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
        ),
        ({"clientConfig": {}}, "webhooks[0].clientConfig: Required value: exactly one of url or service is required"),
        (
            {"clientConfig": {"url": "http://x"}},
            "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
        ),
        (
            {"admissionReviewVersions": ["v9"]},
            'webhooks[0].admissionReviewVersions: Invalid value: []string{"v9"}: must include at least one of v1, v1beta1',
        ),
        (
            {"rules": [{**RULE, "resources": ["*/*", "pods"]}]},
            'webhooks[0].rules[0].resources: Invalid value: []string{"*/*", "pods"}: if \'*/*\' is present, must not specify other resources',
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_rules_of_hooks(changes: Object, text: str) -> None:
    assert texts(webhooks, {"webhooks": [{**HOOK, **changes}]}) == [text]


@pytest.mark.parametrize(
    ("module", "obj"),
    [
        (webhooks, {"webhooks": [HOOK]}),
        (policy, POLICY),
        (policy_binding, BINDING),
        (prioritylevel, LEVEL),
        (flowschema, SCHEMA),
        (apiservice, SERVICE),
    ],
    ids=["webhooks", "policy", "binding", "level", "schema", "service"],
)
def test_plain_objects_are_valid(module: Any, obj: Object) -> None:
    assert texts(module, obj) == []


@pytest.mark.parametrize(
    ("module", "obj", "changes", "text"),
    [
        (
            policy,
            POLICY,
            {"validations": []},
            "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
        ),
        (policy, POLICY, {"matchConstraints": None}, "spec.matchConstraints: Required value"),
        (
            policy_binding,
            BINDING,
            {"validationActions": []},
            "spec.validationActions: Required value: at least one validation action is required",
        ),
        (policy_binding, BINDING, {"paramRef": {}}, "spec.paramRef: Required value: one of name or selector must be specified"),
        (
            prioritylevel,
            LEVEL,
            {"type": "Exempt"},
            "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
        ),
        (
            flowschema,
            SCHEMA,
            {"matchingPrecedence": 1},
            "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
        ),
        (
            apiservice,
            SERVICE,
            {"versionPriority": 0},
            "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
        ),
        (
            apiservice,
            SERVICE,
            {"version": "v2"},
            'metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: "v2.example.com"',
        ),
    ],
)
def test_rules_of_the_others(module: Any, obj: Object, changes: Object, text: str) -> None:
    assert text in texts(module, {**obj, "spec": {**obj["spec"], **changes}})


RULE = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}


@pytest.mark.parametrize(
    ("spec", "field", "why"),
    [
        (
            {"validations": [{"expression": "1 +"}]},
            "validations[0].expression",
            "compilation failed: ERROR: <input>:1:4: Syntax error: ",
        ),
        ({"validations": [{"expression": "object.x"}]}, "validations[0].expression", "must evaluate to bool but got dyn"),
        ({"validations": [{"expression": "params.x == 1"}]}, "validations[0].expression", "undeclared reference to 'params'"),
        ({"validations": [{"expression": "request.foo == 1"}]}, "validations[0].expression", "undefined field 'foo'"),
        (
            {"validations": [{"expression": "variables.b"}], "variables": [{"name": "a", "expression": "1"}]},
            "validations[0].expression",
            "undefined field 'b'",
        ),
        (
            {"validations": [{"expression": "true", "messageExpression": "1"}]},
            "validations[0].messageExpression",
            "must evaluate to string but got int",
        ),
        (
            {"validations": [{"expression": "true"}], "matchConditions": [{"name": "a", "expression": "'x'"}]},
            "matchConditions[0].expression",
            "must evaluate to bool but got string",
        ),
        (
            {"auditAnnotations": [{"key": "a", "valueExpression": "1"}]},
            "auditAnnotations[0].valueExpression",
            "must evaluate to one of [string null_type] but got int",
        ),
    ],
    ids=["syntax", "dyn", "params", "request", "variables", "message", "condition", "annotation"],
)
def test_expressions_are_compiled(spec: Any, field: str, why: str) -> None:
    from minikube_py.apis.admissionregistration.policy import validate

    whole = {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [RULE], "matchPolicy": "Exact"}, **spec}
    (error,) = validate({"metadata": {"name": "p"}, "spec": whole})
    assert (error.field, why in error.detail) == (f"spec.{field}", True)
