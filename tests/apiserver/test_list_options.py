"""Options of lists that are no numbers, or do not go together."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import BadRequest, StatusError
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

MATCH = "resourceVersionMatch"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({MATCH: "Exact"}, f"{MATCH}: Forbidden: {MATCH} is forbidden unless resourceVersion is provided"),
        (
            {MATCH: "Exact", "resourceVersion": "0"},
            f'{MATCH}: Forbidden: {MATCH} "exact" is forbidden for resourceVersion "0"',
        ),
        (
            {MATCH: "Newest", "resourceVersion": "1"},
            f'{MATCH}: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""',
        ),
        (
            {MATCH: "NotOlderThan", "resourceVersion": "1", "continue": "x"},
            f"{MATCH}: Forbidden: {MATCH} is forbidden when continue is provided",
        ),
        ({"sendInitialEvents": "true"}, "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"),
    ],
)
def test_options_that_do_not_go_together(cluster: Cluster, params: dict[str, str], message: str) -> None:
    with pytest.raises(StatusError) as caught:
        cluster.server.handle(Request("list", "", "v1", "configmaps", params=params))
    assert caught.value.to_status()["message"] == f'ListOptions.meta.k8s.io "" is invalid: {message}'


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("many", 'strconv.ParseInt: parsing "many": invalid syntax'),
        ("²", 'strconv.ParseInt: parsing "²": invalid syntax'),
        ("-" + "9" * 5000, f'strconv.ParseInt: parsing "-{"9" * 5000}": value out of range'),
        ("9" * 20, f'strconv.ParseInt: parsing "{"9" * 20}": value out of range'),
    ],
)
def test_limits_that_are_no_numbers(cluster: Cluster, limit: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        cluster.server.handle(Request("list", "", "v1", "configmaps", params={"limit": limit}))
    assert caught.value.message == why


def test_a_grace_period_that_is_no_number(cluster: Cluster) -> None:
    with pytest.raises(BadRequest, match="invalid syntax"):
        request = Request("delete", "", "v1", "serviceaccounts", "default", "default", params={"gracePeriodSeconds": "soon"})
        cluster.server.handle(request)


@pytest.mark.parametrize(
    "params",
    [{"limit": "-1"}, {"limit": ""}, {"limit": "0" * 50 + "7"}, {MATCH: "NotOlderThan", "resourceVersion": "0"}],
    ids=str,
)
def test_what_is_allowed(cluster: Cluster, params: dict[str, str]) -> None:
    assert cluster.server.handle(Request("list", "", "v1", "namespaces", params=params)).object["items"]


def test_tables_include_what_there_is(cluster: Cluster) -> None:
    with pytest.raises(BadRequest) as caught:
        cluster.server.handle(Request("list", "", "v1", "namespaces", params={"includeObject": "All"}, table=True))
    told = "includeObject: Invalid value: \"All\": must be 'Metadata', 'Object', 'None', or empty"
    assert caught.value.message == f"Unable to convert to Table as requested: {told}"
