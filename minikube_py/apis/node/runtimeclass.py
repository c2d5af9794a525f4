"""RuntimeClass: https://kubernetes.io/docs/concepts/containers/runtime-class/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.core.node_labels import OLD_NODE_LABELS
from minikube_py.apis.kind import Column, Kind, Object


def set_defaults(runtime_class: Object) -> None:
    """Write what always stands, and round amounts."""
    from minikube_py.apis.core.resource_amounts import round_resources

    runtime_class.setdefault("handler", "")
    round_resources((runtime_class.get("overhead") or {}).get("podFixed"))


def _validate(runtime_class: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_label
    from minikube_py.apimachinery.validation_meta import validate_labels
    from minikube_py.apis.core.resource_validation import validate_container_resources
    from minikube_py.apis.core.scheduling_validation import validate_tolerations
    from minikube_py.apis.field_checks import check_by

    errors = check_by("handler", runtime_class["handler"], is_dns1123_label)
    if (overhead := runtime_class.get("overhead")) is not None:
        errors += validate_container_resources({"limits": overhead.get("podFixed") or {}}, "overhead")
    if (scheduling := runtime_class.get("scheduling")) is not None:
        errors += validate_labels(scheduling.get("nodeSelector"), "scheduling.nodeSelector")
        tolerations = scheduling.get("tolerations") or []
        errors += validate_tolerations(tolerations, "scheduling.tolerations")
        errors += _check_distinct(tolerations)
    return errors


def _check_distinct(tolerations: list[Object]) -> list[FieldError]:
    from minikube_py.apis.field_checks import GoValueError
    from minikube_py.apis.go_structs import show_go

    keys = [tuple(one.get(field) or "" for field in ("key", "operator", "value", "effect")) for one in tolerations]
    return [
        GoValueError("FieldValueDuplicate", f"scheduling.tolerations[{index}]", show_go("core.Toleration", one), "")
        for index, one in enumerate(tolerations)
        if keys[index] in keys[:index]
    ]


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable

    return check_immutable("handler", new["handler"], old["handler"])


def _warn(runtime_class: Object) -> list[str]:
    selector = (runtime_class.get("scheduling") or {}).get("nodeSelector") or {}
    return [f"scheduling.nodeSelector: {OLD_NODE_LABELS[key]}" for key in sorted(OLD_NODE_LABELS.keys() & selector.keys())]


KIND = Kind(
    group="node.k8s.io",
    version="v1",
    kind="RuntimeClass",
    plural="runtimeclasses",
    singular="runtimeclass",
    schema="io.k8s.api.node.v1.RuntimeClass",
    unconditional_update=False,
    create_on_update=True,
    namespaced=False,
    status=False,
    columns=(NAME, Column("Handler", lambda runtime_class, now: runtime_class.get("handler") or ""), AGE),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
