"""Pods that store more on their node than they may: emptyDir volumes over their sizeLimit, logs and volumes over ephemeral-storage limits.

https://kubernetes.io/docs/concepts/storage/ephemeral-storage/#resource-emphemeralstorage-consumption. What a container writes elsewhere in
its root does not count: it lies where only the container sees it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.quantity import ZERO, Quantity, parse_quantity
from minikube_py.kubelet.interfaces import Object

LOOK_SECONDS = 10.0
STORAGE = "ephemeral-storage"
BLOCK = 512


def has_limits(pod: Object) -> bool:
    """Return whether there is anything to look at."""
    spec = pod["spec"]
    return any(_get_limit(c) is not None for c in spec["containers"]) or any(_list_limited_volumes(pod))


def find_excess(pod: Object, directory: Path) -> str:
    """Return in Kubernetes' words which limit a pod exceeds, "" for none; `directory` is the pod's folder."""
    for name, limit in _list_limited_volumes(pod):
        if measure(directory / "volumes" / name) > parse_quantity(limit).value():
            return f'Usage of EmptyDir volume "{name}" exceeds the limit "{limit}". '
    logs = {c["name"]: measure(directory / "logs" / c["name"]) for c in pod["spec"]["containers"]}
    limits = {c["name"]: limit for c in pod["spec"]["containers"] if (limit := _get_limit(c)) is not None}
    if limits:
        total = sum((parse_quantity(limit) for limit in limits.values()), ZERO)
        volumes = sum(measure(directory / "volumes" / name) for name in _list_disk_volumes(pod))
        if sum(logs.values()) + volumes > total.value():
            return f"Pod ephemeral local storage usage exceeds the total limit of containers {_format(total, limits)}. "
    for name, limit in limits.items():
        if logs[name] > parse_quantity(limit).value():
            return f'Container {name} exceeded its local ephemeral storage limit "{limit}". '
    return ""


def _format(total: Quantity, limits: dict[str, Any]) -> str:
    return str(next(iter(limits.values())) if len(limits) == 1 else total)


def _get_limit(container: Object) -> Any:
    return ((container.get("resources") or {}).get("limits") or {}).get(STORAGE)


def _list_limited_volumes(pod: Object) -> Iterator[tuple[str, Any]]:
    for volume in pod["spec"].get("volumes") or ():
        limit = (volume.get("emptyDir") or {}).get("sizeLimit")
        if limit is not None and parse_quantity(limit) > ZERO:
            yield volume["name"], limit


def _list_disk_volumes(pod: Object) -> list[str]:
    volumes = pod["spec"].get("volumes") or ()
    return [v["name"] for v in volumes if v.get("emptyDir") is not None and not v["emptyDir"].get("medium")]


def measure(directory: Path) -> int:
    """Return how many bytes of its disk a folder takes up; what vanishes meanwhile counts nothing."""
    total, todo = 0, [directory]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(Path(entry.path))
        except OSError:
            continue
    return total
