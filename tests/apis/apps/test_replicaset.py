"""ReplicaSets."""

from minikube_py.apis.apps.replicaset import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, make_workload, show_row


def test_row_and_field_of_a_fresh_one() -> None:
    made = create(KIND, make_workload(replicas=2))
    made["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    assert made["status"] == {"replicas": 0}
    assert show_row(KIND, made, wide=True) == ["web", 2, 0, 0, "2m", "c", "nginx", "app=web"]
    assert KIND.selectable["status.replicas"](made) == "0"


def test_its_pods_never_end() -> None:
    assert list_errors(KIND, make_workload(pod={"activeDeadlineSeconds": 5})) == [
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"
    ]


def test_the_selector_stays() -> None:
    wider = make_workload(selector={"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]})
    assert list_update_errors(KIND, wider, create(KIND, make_workload())) == [
        "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:"
        '[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"app", Operator:"In", Values:[]string{"web"}}}}: '
        "field is immutable"
    ]
