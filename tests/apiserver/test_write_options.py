"""Parameters of writes that cannot be, and bodies of deletions that are no options."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, StatusError
from minikube_py.apiserver.write_options import check_write_options, decode_delete_options
from minikube_py.client.request import APPLY_PATCH, MERGE_PATCH, Request


@pytest.mark.parametrize(
    ("verb", "params", "message"),
    [
        (
            "patch",
            {"force": "true"},
            'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
        ),
        (
            "create",
            {"fieldManager": "é" * 65},
            'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
        ),
        (
            "update",
            {"fieldManager": "éa\n"},
            'UpdateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "éa\\n": invalid character U+000A (at position 3)',
        ),
        (
            "create",
            {"fieldValidation": "Odd"},
            'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Odd": '
            'supported values: "", "Ignore", "Strict", "Warn"',
        ),
    ],
    ids=["force", "long manager", "unprintable manager", "unknown validation"],
)
def test_refusals(verb: str, params: dict[str, str], message: str) -> None:
    with pytest.raises(StatusError) as caught:
        check_write_options(Request(verb, "", "v1", "configmaps", params=params), MERGE_PATCH)
    assert (caught.value.code, caught.value.message) == (422, message)


@pytest.mark.parametrize(
    "params",
    [{"fieldManager": "m"}, {"fieldManager": "m", "force": "true"}, {"fieldManager": "m" * 128, "fieldValidation": "Strict"}],
    ids=str,
)
def test_what_is_allowed(params: dict[str, str]) -> None:
    check_write_options(Request("patch", "", "v1", "configmaps", params=params), APPLY_PATCH)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"kind": "Pod", "apiVersion": "v1"}, 'Pod in version "v1" cannot be handled as a DeleteOptions'),
        (
            {"gracePeriodSeconds": "soon"},
            "cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
        ),
    ],
    ids=["another kind", "no number"],
)
def test_bodies_of_deletions(body: Any, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        decode_delete_options(body)


def test_options_of_a_deletion() -> None:
    given = {
        "kind": "DeleteOptions",
        "apiVersion": "policy/v1",
        "gracePeriodSeconds": 0,
        "preconditions": {"uid": "u"},
        "odd": 1,
    }
    options = decode_delete_options(given)
    assert (options["gracePeriodSeconds"], options["preconditions"]) == (0, {"uid": "u"})
    assert "odd" not in options
