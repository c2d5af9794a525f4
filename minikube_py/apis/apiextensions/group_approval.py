"""Groups of the Kubernetes community need an annotation that tells where their API was approved: KEP-1111."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apis.kind import Object

ANNOTATION = "api-approved.kubernetes.io"
_PROTECTED = ("k8s.io", "kubernetes.io")
_SEE = "see https://github.com/kubernetes/enhancements/pull/1111"


def judge_approval(crd: Object) -> tuple[str, str]:
    """Return the state (missing, invalid, approved or bypassed) and why."""
    text = (crd["metadata"].get("annotations") or {}).get(ANNOTATION, "")
    if not text:
        return "missing", f'protected groups must have approval annotation "{ANNOTATION}", {_SEE}'
    if text.startswith("unapproved"):
        return "bypassed", f'not approved: "{text}"'
    scheme, _, rest = text.partition("://")
    if scheme and rest.partition("/")[0]:
        return "approved", f"approved in {text}"
    return "invalid", (
        f'protected groups must have approval annotation "{ANNOTATION}" with either a URL or a reason starting with '
        f'"unapproved", {_SEE}'
    )


def is_protected(group: str) -> bool:
    """Return whether a group is the community's own."""
    return group in _PROTECTED or group.endswith(tuple(f".{name}" for name in _PROTECTED))


def validate_approval(new: Object, old: Object | None) -> list[FieldError]:
    """Return the error of a definition in a protected group that lacks the annotation."""
    if not is_protected(new["spec"].get("group") or ""):
        return []
    state, why = judge_approval(new)
    if old is not None and judge_approval(old)[0] == state:
        return []
    path = f"metadata.annotations[{ANNOTATION}]"
    if state == "missing":
        return [required(path, why)]
    text = (new["metadata"].get("annotations") or {}).get(ANNOTATION, "")
    return [invalid(path, text, why)] if state == "invalid" else []
