"""Where a custom resource keeps what the scale subresource shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apimachinery.unstructured import get_nested, set_nested

Object = dict[str, Any]
_MAX = 2**31 - 1


class ScalePaths(NamedTuple):
    """The three paths, such as `.spec.replicas`; `selector` is "" where there is none."""

    spec: str
    status: str
    selector: str

    @classmethod
    def of(cls, scale: Object) -> ScalePaths:
        """Return the paths of a CustomResourceDefinition's subresources.scale."""
        return cls(scale["specReplicasPath"], scale["statusReplicasPath"], scale.get("labelSelectorPath") or "")

    def read(self, obj: Object) -> Object:
        """Return the autoscaling/v1 Scale of an object."""
        metadata = {
            key: obj["metadata"][key]
            for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
            if key in obj["metadata"]
        }
        replicas = _read(obj, self.spec)
        status: Object = {"replicas": _read(obj, self.status) or 0}
        if self.selector and (text := _read(obj, self.selector)):
            status["selector"] = text
        spec = {"replicas": replicas} if replicas else {}
        return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}

    def write(self, obj: Object, replicas: int) -> None:
        """Set the wanted number, in place."""
        set_nested(obj, replicas, *_split(self.spec))


def _split(path: str) -> list[str]:
    return path.removeprefix(".").split(".")


def _read(obj: Object, path: str) -> Any:
    return get_nested(obj, *_split(path))


def check_scale(paths: ScalePaths | None, obj: Object, *, status_only: bool = False) -> Iterator[FieldError]:
    """Yield what is wrong with the numbers and the selector at the paths."""
    if paths is None:
        return
    for path in (paths.status,) if status_only else (paths.spec, paths.status):
        value = _read(obj, path)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            yield invalid(path, 0, f"{path} accessor error: {_describe(value)}, expected int64")
        elif value < 0:
            yield invalid(path, value, "should be a non-negative integer")
        elif value > _MAX:
            yield invalid(path, value, f"should be less than or equal to {_MAX}")
    if paths.selector and (text := _read(obj, paths.selector)) is not None and not isinstance(text, str):
        yield invalid(paths.selector, "", f"{paths.selector} accessor error: {_describe(text)}, expected string")


def _describe(value: Any) -> str:
    from minikube_py.apimachinery.gosyntax import format_go_value

    names = {
        bool: "bool",
        int: "int64",
        float: "float64",
        str: "string",
        list: "[]interface {}",
        dict: "map[string]interface {}",
    }
    return f"{format_go_value(value)} is of the type {names[type(value)]}"
