"""CSIStorageCapacity: https://kubernetes.io/docs/concepts/storage/storage-capacity/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import NAME
from minikube_py.apis.core.node_labels import OLD_NODE_LABELS
from minikube_py.apis.kind import Column, Kind, Object


def _validate(capacity: Object, old: Object | None = None) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_subdomain
    from minikube_py.apimachinery.validation_meta import validate_label_selector
    from minikube_py.apis.core.resource_validation import validate_nonnegative_quantity
    from minikube_py.apis.field_checks import check_by

    errors = validate_label_selector(capacity.get("nodeTopology"), "nodeTopology")
    errors += check_by("storageClassName", capacity.get("storageClassName") or "", is_dns1123_subdomain)
    if (amount := capacity.get("capacity")) is not None:
        errors += validate_nonnegative_quantity(amount, "capacity")
    return errors


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_literals import show_label_selector

    topology = new.get("nodeTopology")
    errors = check_immutable("nodeTopology", topology, old.get("nodeTopology"), show_label_selector(topology))
    return errors + check_immutable("storageClassName", new.get("storageClassName"), old.get("storageClassName"))


def _warn(capacity: Object) -> list[str]:
    topology = capacity.get("nodeTopology") or {}
    keys = enumerate(expression.get("key", "") for expression in topology.get("matchExpressions") or ())
    warnings = [
        f"nodeTopology.matchExpressions[{index}].key: {OLD_NODE_LABELS[key]}" for index, key in keys if key in OLD_NODE_LABELS
    ]
    old = sorted(OLD_NODE_LABELS.keys() & (topology.get("matchLabels") or {}).keys())
    return warnings + [f"nodeTopology.matchLabels[{key}]: {OLD_NODE_LABELS[key]}" for key in old]


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIStorageCapacity",
    plural="csistoragecapacities",
    singular="csistoragecapacity",
    schema="io.k8s.api.storage.v1.CSIStorageCapacity",
    status=False,
    columns=(NAME, Column("Created At", lambda capacity, now: capacity["metadata"].get("creationTimestamp") or "<unknown>")),
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
