"""What the API server tells of itself: its version, and which groups and resources it serves.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import new_not_served
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.health import CHECKS
from minikube_py.apiserver.subresource_kinds import SUBRESOURCES
from minikube_py.component_base.version import describe_version

Object = dict[str, Any]


class Served(NamedTuple):
    """What is served: `serves` says it of a group of built-in kinds, `list_custom` gives the kinds of CustomResourceDefinitions.

    `pages` are paths of others.
    """

    serves: Callable[[str], bool] = lambda group: True
    list_custom: Callable[[], Iterable[Kind]] = tuple
    pages: tuple[str, ...] = ()


EVERYTHING = Served()


def describe_path(target: str, served: Served = EVERYTHING) -> str | Object:
    """Return the text or the document that a path without a resource answers with. Raises NotFound."""
    parts = [part for part in urlsplit(target).path.split("/") if part]
    if not parts:
        return {"paths": list(list_paths(served))}
    document = _find_document(parts, served)
    if document is None:
        raise new_not_served()
    return document


def _find_document(parts: list[str], served: Served) -> Object | None:
    match parts:
        case ["version"]:
            return describe_version()
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [describe_group(group, served) for group in list_groups(served) if group]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", group] if group in list_groups(served):
            return {"kind": "APIGroup", "apiVersion": "v1", **describe_group(group, served)}
        case ["api", version]:
            return describe_resources("", version)
        case ["apis", group, version]:
            return describe_resources(group, version, served)
    return None


def list_groups(served: Served = EVERYTHING) -> dict[str, list[str]]:
    """Return the versions of each group, the core group's name being empty. Custom groups come last, by name."""
    groups: dict[str, list[str]] = {}
    own = [(entry.group, entry.version) for entry in catalog.ENTRIES if served.serves(entry.group)]
    others = sorted(((kind.group, kind.version) for kind in served.list_custom()), key=lambda pair: pair[0])
    for group, version in (*own, *others):
        versions = groups.setdefault(group, [])
        if version not in versions:
            versions.append(version)
    return groups


def list_paths(served: Served = EVERYTHING) -> Iterator[str]:
    """Yield the paths that the root tells of."""
    paths = ["/api", "/api/v1", "/apis", "/apis/", *served.pages, "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/version"]
    for group, versions in list_groups(served).items():
        if group:
            paths += (f"/apis/{group}", *(f"/apis/{group}/{version}" for version in versions))
    for name, checks in CHECKS.items():
        paths += (f"/{name}", *(f"/{name}/{check}" for check, _ in checks))
    yield from sorted(paths)


def describe_group(group: str, served: Served = EVERYTHING) -> Object:
    """Return the body of a group's APIGroup; its first version is the preferred one."""
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in list_groups(served)[group]]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


def describe_resources(group: str, version: str, served: Served = EVERYTHING) -> Object | None:
    """Return a group version's APIResourceList, None where it is not served."""
    every = [*(kind for kind in catalog.list_kinds() if served.serves(kind.group)), *served.list_custom()]
    kinds = [kind for kind in every if (kind.group, kind.version) == (group, version)]
    if not kinds:
        return None
    resources = [resource for kind in sorted(kinds, key=lambda kind: kind.plural) for resource in _describe_kind(kind)]
    if not any(kind.custom for kind in kinds):  # status comes before scale there
        resources.sort(key=lambda resource: str(resource["name"]))
    group_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def _hash_storage_version(kind: Kind) -> str:
    """Return what tells clients that objects are kept in another version than before: half of a hash of that version."""
    group, version = kind.stored_as or (kind.group, kind.version)
    return b64encode(sha256(f"{group}/{version}/{kind.kind}".encode()).digest()[:8]).decode()


def _describe_kind(kind: Kind) -> Iterator[Object]:
    resource: Object = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs) if kind.custom else sorted(kind.verbs),
    }
    if kind.short_names:
        resource["shortNames"] = list(kind.short_names)
    if kind.categories:
        resource["categories"] = list(kind.categories)
    if "get" in kind.verbs and not kind.computed and kind.make is None:
        resource["storageVersionHash"] = _hash_storage_version(kind)
    yield resource
    for name in kind.subresources:
        if name not in SUBRESOURCES:
            continue
        other, verbs = SUBRESOURCES[name]
        head = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        group, version, kind_name = other or ("", "", kind.kind)
        origin = {key: value for key, value in (("group", group), ("version", version)) if other and group and value}
        yield {**head, **origin, "kind": kind_name.format(kind.kind), "verbs": list(verbs)}
