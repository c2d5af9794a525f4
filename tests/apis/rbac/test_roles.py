"""Roles and cluster roles."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.kind import Kind
from minikube_py.apis.rbac.aggregation import collect_rules
from minikube_py.apis.rbac.clusterrole import KIND as CLUSTER_ROLE
from minikube_py.apis.rbac.role import KIND as ROLE
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, show_row

Object = dict[str, Any]
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
SELECTOR = "aggregationRule.clusterRoleSelectors[1]"
NO_SELECTORS = "at least one clusterRoleSelector required if aggregationRule is non-nil"
BOTH = "rules cannot apply to both regular resources and non-resource URLs"


def make_role(*rules: Object, **fields: Any) -> Object:
    return {"metadata": {"name": "r", "creationTimestamp": TWO_MINUTES_AGO}, "rules": list(rules), **fields}


@pytest.mark.parametrize("kind", [ROLE, CLUSTER_ROLE], ids=lambda kind: kind.kind)
def test_a_role_without_rules_has_null(kind: Kind) -> None:
    assert create(kind, make_role())["rules"] is None
    assert create(kind, make_role(PODS))["rules"] == [PODS]


def test_rows_tell_when_a_role_was_made() -> None:
    assert show_row(ROLE, make_role()) == ["r", TWO_MINUTES_AGO]


@pytest.mark.parametrize(
    ("kind", "role", "errors"),
    [
        (ROLE, make_role(PODS), []),
        (ROLE, make_role({**PODS, "verbs": []}), ["rules[0].verbs: Required value: verbs must contain at least one value"]),
        (
            ROLE,
            make_role(PODS, {"verbs": ["get"]}),
            [
                "rules[1].apiGroups: Required value: resource rules must supply at least one api group",
                "rules[1].resources: Required value: resource rules must supply at least one resource",
            ],
        ),
        (
            ROLE,
            make_role({"verbs": ["get"], "nonResourceURLs": ["/x"]}),
            ['rules[0].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs'],
        ),
        (CLUSTER_ROLE, make_role({"verbs": ["get"], "nonResourceURLs": ["/x"]}), []),
        (
            CLUSTER_ROLE,
            make_role({**PODS, "nonResourceURLs": ["/x", "/y"]}),
            [f'rules[0].nonResourceURLs: Invalid value: []string{{"/x", "/y"}}: {BOTH}'],
        ),
        (
            CLUSTER_ROLE,
            make_role(aggregationRule={}),
            [f"aggregationRule.clusterRoleSelectors: Required value: {NO_SELECTORS}"],
        ),
        (
            CLUSTER_ROLE,
            make_role(aggregationRule={"clusterRoleSelectors": [{}, {"matchExpressions": [{"key": "a", "operator": "In"}]}]}),
            [
                f"{SELECTOR}.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                f'{SELECTOR}: Invalid value: "null": invalid label selector.',
            ],
        ),
    ],
)
def test_errors(kind: Kind, role: Object, errors: list[str]) -> None:
    assert list_errors(kind, role) == errors


def make_aggregated(*selectors: Object) -> Object:
    return {"metadata": {"name": "all"}, "aggregationRule": {"clusterRoleSelectors": list(selectors)}}


def make_part(name: str, team: str, *rules: Object) -> Object:
    return {"metadata": {"name": name, "labels": {"team": team}}, "rules": list(rules)}


RED, BLUE = ({"matchLabels": {"team": team}} for team in ("red", "blue"))


@pytest.mark.parametrize(
    ("selectors", "rules"),
    [
        pytest.param([RED], [PODS, SECRETS], id="in the order of names, each rule once"),
        pytest.param([BLUE, RED], [SECRETS, PODS], id="selector by selector"),
        pytest.param([{"matchLabels": {"team": "green"}}], None, id="nothing chosen"),
        pytest.param([], None, id="no selector"),
    ],
)
def test_aggregated_roles_take_the_rules_of_those_they_select(selectors: list[Object], rules: list[Object] | None) -> None:
    parts = [make_part("b", "red", SECRETS), make_part("a", "red", PODS), make_part("c", "red", PODS)]
    role = make_aggregated(*selectors)
    assert collect_rules(role, [role, *parts, make_part("d", "blue", SECRETS)]) == rules


def test_a_role_does_not_take_from_itself() -> None:
    role = {**make_aggregated(RED), "rules": [PODS]}
    role["metadata"]["labels"] = {"team": "red"}
    assert collect_rules(role, [role]) is None
