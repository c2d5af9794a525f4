"""The `images` and `replicas` transformers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_all
from minikube_py.cli_runtime.kustomize.merge_values import check_kinds
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, text_of

Object = dict[str, Any]
_REST = r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?"
_LISTS = ("containers", "initContainers")


def set_images(resources: ResMap, image: Object, specs: Sequence[FieldSpec]) -> None:
    """Change the images that one entry names, in every list of containers and at the places of the specs."""

    def change(value: Any) -> Any:
        check_kinds(None, value)
        return rename_image(value, image) if value is not None else value

    for resource in resources:
        if resource.kind != "CustomResourceDefinition":
            _walk(resource.obj, image)
            change_all(resource.obj, specs, change)


def _walk(value: Any, image: Object) -> None:
    """Change the images of what lies anywhere under `containers` and `initContainers`."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _walk(item, image)
    for name in _LISTS if isinstance(value, dict) else ():
        containers = value[name] if isinstance(value.get(name), list) else ()
        for container in containers:
            if isinstance(container, dict) and container.get("image") is not None and is_scalar(container["image"]):
                container["image"] = rename_image(container["image"], image)


def rename_image(old: Any, image: Object) -> Any:
    """Return an image's name as an entry of `images` wants it, unchanged where it is another image."""
    text = text_of(old)
    if not _is_meant(text, image.get("name") or ""):
        return old
    name, tag, digest = split_image(text)
    name = image.get("newName") or name
    if image.get("newTag") or image.get("digest"):
        tag, digest = image.get("newTag") or "", image.get("digest") or ""
    elif image.get("tagSuffix"):
        tag, digest = tag + image["tagSuffix"], ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _is_meant(text: str, name: str) -> bool:
    try:
        return re.fullmatch(name + _REST, text) is not None
    except re.error:
        return False


def split_image(text: str) -> tuple[str, str, str]:
    """Return name, tag and digest of an image; a colon in the host is none of a tag."""
    start = max(text.find("/"), 0)
    at, colon = text.find("@", start), text.find(":", start)
    if at >= 0 and (colon < 0 or at < colon):
        return text[:at], "", text[at + 1 :]
    if colon < 0:
        return text, "", ""
    if at >= 0:
        return text[:colon], text[colon + 1 : at], text[at + 1 :]
    return text[:colon], text[colon + 1 :], ""


def set_replicas(resources: ResMap, replica: Object, specs: Sequence[FieldSpec]) -> None:
    """Set the number of replicas of the workloads of a name. Raises KustomizeError where there are none."""
    name, count = replica.get("name") or "", replica.get("count") or 0
    found = False
    for spec in specs:
        for resource in resources.find_any(lambda i, spec=spec: i.name == name and i.gvk.is_selected(spec.gvk)):  # type: ignore[misc]
            found = True
            change_all(resource.obj, [spec], lambda _: count, "")
    if not found:
        types = " ".join(str(spec.gvk) for spec in specs)
        raise KustomizeError(f"resource with name {name} does not match a config with the following GVK [{types}]")
