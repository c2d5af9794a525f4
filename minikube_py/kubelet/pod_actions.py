"""What should happen to a pod's containers next, from its spec and the state of each (pure).

Init containers run one after another, restartable ones (KEP-753) on beside the rest; then the others run together.
"""

from __future__ import annotations

from collections.abc import Container as Contains
from collections.abc import Mapping
from typing import NamedTuple

from minikube_py.cri.runtime import ContainerStatus
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.phase import is_sidecar


class Actions(NamedTuple):
    """`start`: containers to start, in order. `kill`: (container, message). `finished`: nothing is to run any more."""

    start: tuple[Object, ...] = ()
    kill: tuple[tuple[Object, str], ...] = ()
    finished: bool = False


def compute_actions(
    pod: Object, latest: Mapping[str, ContainerStatus], started: Contains[str], sandbox_created_at: float = 0.0
) -> Actions:
    """Return what to do. `latest` is each container's newest run, `started` names those whose startup is over.

    What ran before the sandbox was made ran in another: init containers go first in each.
    """
    spec = pod["spec"]
    policy = spec.get("restartPolicy", "Always")
    debuggers = tuple(c for c in spec.get("ephemeralContainers") or () if c["name"] not in latest)
    if all(_is_over(latest.get(c["name"]), policy) for c in spec["containers"]):
        return Actions(finished=True)
    if not any(c["name"] in latest and latest[c["name"]].created_at >= sandbox_created_at for c in spec["containers"]):
        waiting = _compute_init_actions(spec.get("initContainers") or (), latest, started, policy)
        if waiting is not None:
            return waiting._replace(start=debuggers + waiting.start)
    sidecars = tuple(c for c in spec.get("initContainers") or () if is_sidecar(c) and not _runs(latest.get(c["name"])))
    regular = tuple(c for c in spec["containers"] if _should_start(latest.get(c["name"]), policy))
    changed = tuple(
        (c, f"Container {c['name']} definition changed, will be restarted")
        for c in spec["containers"]
        if c["name"] in latest and _runs(latest[c["name"]]) and latest[c["name"]].image != c["image"]
    )
    return Actions(debuggers + sidecars + regular, changed)


def should_restart(status: ContainerStatus, policy: str) -> bool:
    """Tell whether an exited container is started again."""
    return policy == "Always" or (policy == "OnFailure" and status.exit_code != 0)


def _compute_init_actions(
    containers: tuple[Object, ...], latest: Mapping[str, ContainerStatus], started: Contains[str], policy: str
) -> Actions | None:
    """Return what to do while init containers are to run, None when all are done."""
    for container in containers:
        status = latest.get(container["name"])
        if status is None:
            return Actions((container,))
        if is_sidecar(container):
            if not _runs(status):
                return Actions((container,))
            if container["name"] not in started:
                return Actions()
        elif _runs(status):
            return Actions()
        elif status.exit_code != 0:
            return Actions(finished=True) if policy == "Never" else Actions((container,))
    return None


def _runs(status: ContainerStatus | None) -> bool:
    return status is not None and status.state != "exited"


def _is_over(status: ContainerStatus | None, policy: str) -> bool:
    return status is not None and not _runs(status) and not should_restart(status, policy)


def _should_start(status: ContainerStatus | None, policy: str) -> bool:
    return status is None or (not _runs(status) and should_restart(status, policy))
