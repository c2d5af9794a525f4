"""What the API server tells of itself: health, version, and which groups and resources it serves.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.custom_resources import CustomResources
from minikube_py.component_base.version import describe_version

Object = dict[str, Any]
HEALTH = ("healthz", "livez", "readyz")
NOT_SERVED = "the server could not find the requested resource"
_READ_WRITE = ("get", "patch", "update")
# subresource -> the kind of its objects (group, version, kind; None for that of the resource itself) and its verbs
_SUBRESOURCES: dict[str, tuple[tuple[str, str, str] | None, tuple[str, ...]]] = {
    "attach": (("", "v1", "PodAttachOptions"), ("create", "get")),
    "binding": (("", "v1", "Binding"), ("create",)),
    "ephemeralcontainers": (None, _READ_WRITE),
    "eviction": (("policy", "v1", "Eviction"), ("create",)),
    "exec": (("", "v1", "PodExecOptions"), ("create", "get")),
    "finalize": (None, ("update",)),
    "log": (None, ("get",)),
    "portforward": (("", "v1", "PodPortForwardOptions"), ("create", "get")),
    "resize": (None, _READ_WRITE),
    "scale": (("autoscaling", "v1", "Scale"), _READ_WRITE),
    "status": (None, _READ_WRITE),
    "token": (("authentication.k8s.io", "v1", "TokenRequest"), ("create",)),
}


def describe_path(target: str, custom: CustomResources | None = None) -> str | Object:
    """Return the text or the document that a path without a resource answers with. Raises NotFound."""
    parts = [part for part in urlsplit(target).path.split("/") if part]
    if not parts:
        return {"paths": list(list_paths(custom))}
    if parts[0] in HEALTH and len(parts) == 1:
        return "ok"
    document = _find_document(parts, custom)
    if document is None:
        raise NotFound(NOT_SERVED)
    return document


def _find_document(parts: list[str], custom: CustomResources | None) -> Object | None:
    match parts:
        case ["version"]:
            return describe_version()
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [describe_group(group, custom) for group in list_groups(custom) if group]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", group] if group in list_groups(custom):
            return {"kind": "APIGroup", "apiVersion": "v1", **describe_group(group, custom)}
        case ["api", version]:
            return describe_resources("", version)
        case ["apis", group, version]:
            return describe_resources(group, version, custom)
    return None


def list_groups(custom: CustomResources | None = None) -> dict[str, list[str]]:
    """Return the versions of each group, the core group's name being empty. Custom groups come last, by name."""
    groups: dict[str, list[str]] = {}
    own = [(entry.group, entry.version) for entry in catalog.ENTRIES]
    others = [(kind.group, kind.version) for kind in custom.list_kinds()] if custom else []
    for group, version in (*own, *sorted(others, key=lambda pair: pair[0])):
        versions = groups.setdefault(group, [])
        if version not in versions:
            versions.append(version)
    return groups


def list_paths(custom: CustomResources | None = None) -> Iterator[str]:
    """Yield the paths that the root tells of."""
    yield from ("/api", "/api/v1", "/apis")
    for group, versions in sorted(list_groups(custom).items()):
        if group:
            yield f"/apis/{group}"
            yield from (f"/apis/{group}/{version}" for version in versions)
    yield from ("/healthz", "/livez", "/readyz", "/version")


def describe_group(group: str, custom: CustomResources | None = None) -> Object:
    """Return the body of a group's APIGroup; its first version is the preferred one."""
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in list_groups(custom)[group]]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


def describe_resources(group: str, version: str, custom: CustomResources | None = None) -> Object | None:
    """Return a group version's APIResourceList, None where it is not served."""
    every = [*catalog.list_kinds(), *(custom.list_kinds() if custom else ())]
    kinds = [kind for kind in every if (kind.group, kind.version) == (group, version)]
    if not kinds:
        return None
    resources = sorted((resource for kind in kinds for resource in _describe_kind(kind)), key=lambda resource: resource["name"])
    group_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def _describe_kind(kind: Kind) -> Iterator[Object]:
    resource: Object = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": sorted(kind.verbs),
    }
    if kind.short_names:
        resource["shortNames"] = list(kind.short_names)
    if kind.categories:
        resource["categories"] = list(kind.categories)
    yield resource
    for name in kind.subresources:
        if name not in _SUBRESOURCES:
            continue
        other, verbs = _SUBRESOURCES[name]
        head = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        group, version, kind_name = other or ("", "", kind.kind)
        origin = {key: value for key, value in (("group", group), ("version", version)) if other and group and value}
        yield {**head, **origin, "kind": kind_name, "verbs": list(verbs)}
