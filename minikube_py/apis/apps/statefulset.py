"""StatefulSet: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import CONTAINERS, IMAGES, tell_ready, warn_about_pods

RETAINS_ALL = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"


def set_defaults(stateful_set: Object) -> None:
    """Fill in one replica, ordered pods, a rolling update of all of them, claims that are kept, and ten revisions."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = stateful_set.setdefault("spec", {})
    show_counts(stateful_set, {})
    spec["podManagementPolicy"] = spec.get("podManagementPolicy") or "OrderedReady"
    _set_strategy_defaults(spec.setdefault("updateStrategy", {}))
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for event in ("whenDeleted", "whenScaled"):
        policy[event] = policy.get(event) or "Retain"
    for field, value in (("replicas", 1), ("revisionHistoryLimit", 10), ("serviceName", "")):
        spec.setdefault(field, value)
    set_template_defaults(spec.setdefault("template", {}))
    for claim in spec.get("volumeClaimTemplates") or ():
        _set_claim_defaults(claim)


def _set_strategy_defaults(strategy: Object) -> None:
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and strategy.get("rollingUpdate") is not None:
        strategy["rollingUpdate"].setdefault("partition", 0)


def _set_claim_defaults(claim: Object) -> None:
    from minikube_py.apis.core.persistentvolumeclaim import set_defaults as set_claim_defaults

    claim["apiVersion"], claim["kind"] = claim.get("apiVersion") or "v1", claim.get("kind") or "PersistentVolumeClaim"
    claim.setdefault("metadata", {}).setdefault("creationTimestamp", None)
    set_claim_defaults(claim)


def show_counts(new: Object, old: Object) -> None:
    """Write the counts that always stand in a status."""
    status = new.setdefault("status", {})
    for field in ("replicas", "availableReplicas"):
        status.setdefault(field, 0)


def prepare_for_create(stateful_set: Object) -> None:
    """Begin its status afresh, and drop what belongs to a feature that is off."""
    stateful_set["status"] = {}
    show_counts(stateful_set, {})
    prepare_for_update(stateful_set, {})


def prepare_for_update(new: Object, old: Object) -> None:
    """Drop `maxUnavailable`, which is alpha, unless it was there before. KEP-961."""
    before = ((old.get("spec") or {}).get("updateStrategy") or {}).get("rollingUpdate") or {}
    if before.get("maxUnavailable") is None:
        (new["spec"]["updateStrategy"].get("rollingUpdate") or {}).pop("maxUnavailable", None)


def _validate(stateful_set: Object) -> list[FieldError]:
    from minikube_py.apis.apps.statefulset_validation import validate_stateful_set

    return validate_stateful_set(stateful_set)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.apps.statefulset_validation import validate_update

    return validate_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.apps.statefulset_validation import validate_status_update

    return validate_status_update(new, old)


def _warn(stateful_set: Object) -> list[str]:
    warnings = warn_about_pods(stateful_set)
    return [*warnings, RETAINS_ALL] if stateful_set["spec"].get("revisionHistoryLimit", 0) < 0 else warnings


KIND = Kind(
    group="apps",
    version="v1",
    kind="StatefulSet",
    plural="statefulsets",
    singular="statefulset",
    short_names=("sts",),
    categories=("all",),
    schema="io.k8s.api.apps.v1.StatefulSet",
    subresources=("scale", "status"),
    generation=True,
    columns=(NAME, Column("Ready", tell_ready), AGE, CONTAINERS, IMAGES),
    validate_name="dns1123label",
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    prepare_for_status_update=show_counts,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=_warn,
)
