"""ComponentStatus, deprecated: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/component-status-v1/

Whoever is answered by this API server is answered by storage too; scheduler and controllers live in one process with both.
"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Kind, Object

COMPONENTS = ("scheduler", "controller-manager", "etcd-0")
_WORDS = {"True": "Healthy", "False": "Unhealthy"}


def make() -> list[Object]:
    """Return the components of the control plane."""
    return [
        {
            "apiVersion": "v1",
            "kind": "ComponentStatus",
            "metadata": {"name": name, "creationTimestamp": None},
            "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
        }
        for name in COMPONENTS
    ]


def _find_health(component: Object) -> Object:
    conditions = component.get("conditions") or ()
    return next((condition for condition in conditions if condition.get("type") == "Healthy"), {})


def _tell(field: str) -> Callable[[Object, float], str]:
    return lambda component, now: str(_find_health(component).get(field) or "")


KIND = Kind(
    group="",
    version="v1",
    kind="ComponentStatus",
    plural="componentstatuses",
    singular="componentstatus",
    short_names=("cs",),
    schema="io.k8s.api.core.v1.ComponentStatus",
    namespaced=False,
    status=False,
    verbs=("get", "list"),
    columns=(
        NAME,
        Column("Status", lambda component, now: _WORDS.get(_find_health(component).get("status", ""), "Unknown")),
        Column("Message", _tell("message")),
        Column("Error", _tell("error")),
    ),
    deprecation="v1 ComponentStatus is deprecated in v1.19+",
    make=make,
)
