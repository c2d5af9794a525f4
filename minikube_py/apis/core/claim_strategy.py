"""What the API server fills into claims for volumes, and what it drops of them."""

from __future__ import annotations

from minikube_py.apis.core.resource_amounts import round_resources
from minikube_py.apis.kind import Object

_SNAPSHOT = ("VolumeSnapshot", "snapshot.storage.k8s.io")
_CLAIM = ("PersistentVolumeClaim", "")


def set_claim_spec_defaults(spec: Object) -> None:
    """Fill in the spec of a claim, wherever it stands."""
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"
    resources = spec.setdefault("resources", {})
    for way in ("limits", "requests"):
        round_resources(resources.get(way))


def prepare_claim_spec(spec: Object, old: Object | None) -> None:
    """Drop fields of features that are off, and let the two names of the data source agree (KEP-1495)."""
    before = old or {}
    if before.get("volumeAttributesClassName") is None:
        spec.pop("volumeAttributesClassName", None)
    reference = spec.get("dataSourceRef")
    if reference is not None and reference.get("namespace") and before.get("dataSourceRef") is None:
        del spec["dataSourceRef"]
    _drop_foreign_source(spec, before)
    if old is None:
        _copy_source(spec)


def _drop_foreign_source(spec: Object, before: Object) -> None:
    """Drop a `dataSource` that older servers did not know: anything but a claim or a snapshot."""
    if any(before.get(field) is not None for field in ("dataSource", "dataSourceRef")):
        return
    source = spec.get("dataSource")
    if spec.get("dataSourceRef") is not None or source is None:
        return
    if (source.get("kind"), source.get("apiGroup") or "") not in (_CLAIM, _SNAPSHOT):
        del spec["dataSource"]


def _copy_source(spec: Object) -> None:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        spec["dataSourceRef"] = dict(source)
    elif reference is not None and source is None and not reference.get("namespace"):
        spec["dataSource"] = {key: value for key, value in reference.items() if key != "namespace"}


def prepare_claim_status(status: Object, old: Object) -> None:
    """Drop what belongs to a feature that is off, and write what the status of a claim always shows."""
    for field in ("currentVolumeAttributesClassName", "modifyVolumeStatus"):
        if old.get(field) is None:
            status.pop(field, None)
    status["phase"] = status.get("phase") or "Pending"
    for condition in status.get("conditions") or ():
        for field in ("lastProbeTime", "lastTransitionTime"):
            condition.setdefault(field, None)
