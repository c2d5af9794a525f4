"""ServiceAccounts."""

from minikube_py.apis.core.serviceaccount import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, show_row

ROBOT = {"metadata": {"name": "robot", "creationTimestamp": TWO_MINUTES_AGO}, "secrets": [{"name": "a"}, {"name": "b"}]}


def test_row_counts_the_secrets() -> None:
    assert show_row(KIND, ROBOT) == ["robot", 2, "2m"]


def test_the_old_annotation_is_warned_of() -> None:
    annotated = {"metadata": {"name": "robot", "annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}}}
    (warning,) = KIND.warnings(annotated)
    assert warning.startswith("metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+")
    assert KIND.warnings(ROBOT) == []
