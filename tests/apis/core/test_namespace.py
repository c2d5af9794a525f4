"""Namespaces."""

import pytest

from minikube_py.apis.core.namespace import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_update_errors, show_row

BLUE = {"metadata": {"name": "blue", "creationTimestamp": TWO_MINUTES_AGO, "labels": {"a": "b"}}}


def test_a_new_one_is_active_held_and_labelled_with_its_name() -> None:
    made = create(KIND, BLUE)
    assert made["metadata"]["labels"] == {"a": "b", "kubernetes.io/metadata.name": "blue"}
    assert (made["spec"], made["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})
    assert show_row(KIND, made) == ["blue", "Active", "2m"]


def test_an_update_cannot_take_the_finalizer() -> None:
    old = create(KIND, BLUE)
    new = {**create(KIND, BLUE), "spec": {}}
    KIND.prepare_for_update(new, old)
    assert new["spec"] == {"finalizers": ["kubernetes"]}
    assert list_update_errors(KIND, new, old) == []


@pytest.mark.parametrize(
    ("deleted", "phase", "error"),
    [
        (None, "Active", []),
        (TWO_MINUTES_AGO, "Terminating", []),
        (None, "Terminating", ["may only be 'Active' if `deletionTimestamp` is empty"]),
        (TWO_MINUTES_AGO, "Active", ["may only be 'Terminating' if `deletionTimestamp` is not empty"]),
    ],
)
def test_the_phase_says_whether_it_is_being_deleted(deleted: str | None, phase: str, error: list[str]) -> None:
    namespace = {"metadata": {"name": "blue", "deletionTimestamp": deleted}, "status": {"phase": phase}}
    assert [e.detail for e in KIND.validate_status_update(namespace, namespace)] == error
