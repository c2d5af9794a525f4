"""Policy rules: what they allow, which cover which."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apis.rbac.rules import Action, allows, break_down, compact, covers, list_missing, show

Rule = dict[str, Any]


def make_rule(verbs: str, groups: str, resources: str, names: str = "") -> Rule:
    rule = {"verbs": verbs.split(","), "apiGroups": groups.split(","), "resources": resources.split(",")}
    return {**rule, "resourceNames": names.split(",")} if names else rule


@pytest.mark.parametrize(
    ("rule", "action", "allowed"),
    [
        (make_rule("get", "", "pods"), Action("get", "", "pods"), True),
        (make_rule("get", "", "pods"), Action("list", "", "pods"), False),
        (make_rule("*", "", "pods"), Action("fly", "", "pods"), True),
        (make_rule("get", "apps", "pods"), Action("get", "", "pods"), False),
        (make_rule("get", "*", "*"), Action("get", "apps", "deployments", "scale"), True),
        (make_rule("get", "", "pods"), Action("get", "", "pods", "log"), False),
        (make_rule("get", "", "pods/log"), Action("get", "", "pods", "log"), True),
        (make_rule("get", "", "pods/log"), Action("get", "", "pods"), False),
        (make_rule("get", "*", "*/scale"), Action("get", "apps", "deployments", "scale"), True),
        (make_rule("get", "*", "*/scale"), Action("get", "apps", "deployments", "status"), False),
        (make_rule("get", "*", "*/scale"), Action("get", "apps", "deployments"), False),
        (make_rule("get", "", "pods", "a,b"), Action("get", "", "pods", "", "b"), True),
        (make_rule("get", "", "pods", "a,b"), Action("get", "", "pods", "", "c"), False),
        (make_rule("list", "", "pods", "a"), Action("list", "", "pods"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, Action("get", path="/healthz"), True),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, Action("get", path="/healthz/x"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["/logs/*"]}, Action("get", path="/logs/x/y"), True),
        ({"verbs": ["get"], "nonResourceURLs": ["/logs/*"]}, Action("get", path="/logs"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["*"]}, Action("get", path="/x"), True),
        (make_rule("*", "*", "*"), Action("get", path="/x"), False),
    ],
)
def test_what_a_rule_allows(rule: Rule, action: Action, allowed: bool) -> None:
    assert allows(rule, action) is allowed


@pytest.mark.parametrize(
    ("owned", "wanted", "missing"),
    [
        ([make_rule("*", "*", "*")], [make_rule("get,list", "apps", "deployments/scale", "a")], []),
        ([make_rule("get", "", "pods")], [make_rule("get", "", "pods", "a")], []),
        ([make_rule("get", "", "pods", "a")], [make_rule("get", "", "pods")], [make_rule("get", "", "pods")]),
        ([make_rule("get", "", "pods", "a")], [make_rule("get", "", "pods", "a,b")], [make_rule("get", "", "pods", "b")]),
        ([make_rule("get", "", "*/scale")], [make_rule("get", "", "pods/scale")], []),
        ([make_rule("get", "", "pods")], [make_rule("get", "", "pods/log")], [make_rule("get", "", "pods/log")]),
        (
            [make_rule("get", "", "pods"), make_rule("list", "", "services")],
            [make_rule("get,list", "", "pods,services")],
            [make_rule("list", "", "pods"), make_rule("get", "", "services")],
        ),
        (
            [{"verbs": ["get"], "nonResourceURLs": ["/logs/*"]}],
            [{"verbs": ["get"], "nonResourceURLs": ["/logs/a", "/x"]}],
            [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
        ),
        (
            [make_rule("*", "*", "*")],
            [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
            [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
        ),
    ],
)
def test_what_is_missing(owned: list[Rule], wanted: list[Rule], missing: list[Rule]) -> None:
    assert list_missing(owned, wanted) == missing


def test_rules_that_differ_in_verbs_are_joined_and_shown_as_go_does() -> None:
    rules = [make_rule("get", "", "pods"), {"verbs": ["get"], "nonResourceURLs": ["/x"]}, make_rule("list", "", "pods")]
    assert [show(rule) for rule in compact(rules)] == [
        '{NonResourceURLs:["/x"], Verbs:["get"]}',
        '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
    ]


WORDS = st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, max_size=3, unique=True)
RESOURCES = st.lists(st.sampled_from(["p", "p/s", "*/s", "*"]), min_size=1, max_size=3, unique=True)
RULES = st.builds(
    lambda verbs, groups, resources: {"verbs": verbs, "apiGroups": groups, "resources": resources}, WORDS, WORDS, RESOURCES
)


@given(RULES)
def test_a_rule_covers_all_its_parts(rule: Rule) -> None:
    assert all(covers(rule, single) for single in break_down(rule))


@given(st.lists(RULES, max_size=3), RULES)
def test_what_is_covered_is_allowed(owned: list[Rule], wanted: Rule) -> None:
    """Whoever covers a rule may do what it allows."""
    actions = [Action(v, g, "p", s) for v in "ab" for g in "ab" for s in ("", "s")]
    if not list_missing(owned, [wanted]):
        for action in actions:
            assert not allows(wanted, action) or any(allows(rule, action) for rule in owned)
