"""What is said of a custom resource's finalizers whose names invite collisions."""

from __future__ import annotations

from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apis.kind import Object

_STANDARD = ("orphan", "foregroundDeletion", "kubernetes")
_AVOID = "to avoid accidental conflicts with other finalizer writers"


def warn_of_finalizers(obj: Object) -> list[str]:
    """Return a warning for each odd name."""
    warnings = []
    for name in sorted(obj["metadata"].get("finalizers") or ()):
        lead = f'metadata.finalizers: "{name}": '
        warnings += [lead + message for message in is_qualified_name(name)]
        if "/" not in name and name not in _STANDARD:
            path = " including a path (/)" if "." in name else ""
            warnings.append(f"{lead}prefer a domain-qualified finalizer name{path} {_AVOID}")
    return warnings
