"""How the choice of nodes of a pod may change while scheduling gates hold it back: it can only become narrower (KEP-3838)."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.gosyntax import format_go_map
from minikube_py.apis.core.scheduling_validation import REQUIRED
from minikube_py.apis.field_checks import GoValueError
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

_TERMS = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"


def put_back(munged: Object, before: Object, field: str) -> None:
    """Give a field of `munged` the value that it has in `before`, or none."""
    if field in before:
        munged[field] = before[field]
    else:
        munged.pop(field, None)


def undo_narrowing(munged: Object, before: Object) -> list[FieldError]:
    """Put node selector and node affinity of `munged` back, and return what is wrong with how they changed."""
    errors: list[FieldError] = []
    selector, previous = munged.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if any(selector.get(key) != value for key, value in previous.items()):
        why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        errors.append(GoValueError("FieldValueInvalid", "spec.nodeSelector", format_go_map(selector or None), why))
    put_back(munged, before, "nodeSelector")
    affinity, had = (munged.get("affinity") or {}).get("nodeAffinity"), (before.get("affinity") or {}).get("nodeAffinity")
    if affinity == had:
        return errors
    errors += _check_terms((affinity or {}).get(REQUIRED), (had or {}).get(REQUIRED))
    if had is not None:
        munged["affinity"] = {**(munged.get("affinity") or {}), "nodeAffinity": had}
    else:
        del munged["affinity"]["nodeAffinity"]
        if not munged["affinity"]:
            put_back(munged, before, "affinity")
    return errors


def _check_terms(new: Object | None, old: Object | None) -> list[FieldError]:
    after, before = (new or {}).get("nodeSelectorTerms") or [], (old or {}).get("nodeSelectorTerms") or []
    if before and len(before) != len(after):
        why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [GoValueError("FieldValueInvalid", _TERMS, show_go("[]core.NodeSelectorTerm", after or None), why)]
    why = "only additions are allowed (no mutations or deletions)"
    return [
        GoValueError("FieldValueInvalid", f"{_TERMS}[{index}]", show_go("core.NodeSelectorTerm", term), why)
        for index, (term, previous) in enumerate(zip(after, before, strict=False))
        if not _has_only_additions(term, previous)
    ]


def _has_only_additions(new: Object, old: Object) -> bool:
    kinds = ("matchExpressions", "matchFields")
    if not any(old.get(kind) for kind in kinds):
        return not any(new.get(kind) for kind in kinds)
    return all((new.get(kind) or [])[: len(old.get(kind) or [])] == (old.get(kind) or []) for kind in kinds)
