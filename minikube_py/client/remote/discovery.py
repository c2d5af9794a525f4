"""What a server elsewhere serves, from its discovery documents: the aggregated ones, or one a group and version.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.discovery import NoSuchKind, NoSuchResource, ResourceInfo, sort_resources
from minikube_py.client.remote.bodies import read_json
from minikube_py.client.request import Unreachable

Object = dict[str, Any]
Read = Callable[[str, str], tuple[bytes, str]]  # path, Accept -> body, Content-Type

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList"
ACCEPT = ",".join([AGGREGATED.format("v2"), AGGREGATED.format("v2beta1"), "application/json"])
GVK = "x-kubernetes-group-version-kind"


class Cache(Protocol):
    """Keeps what a server serves between commands."""

    def read(self) -> list[ResourceInfo] | None: ...

    def write(self, resources: Sequence[ResourceInfo]) -> None: ...


class RemoteDiscovery:
    """Asks a server with `read` where `cache` does not know, and again for a name that is not known there.

    `problems` are the versions of groups that the server could not tell of, and why.
    """

    def __init__(self, read: Read, cache: Cache | None = None) -> None:
        self._read, self._cache = read, cache
        self._resources: list[ResourceInfo] | None = None
        self._fresh = cache is None
        self.problems: dict[str, str] = {}
        self.warn: Callable[[tuple[str, ...]], None] = lambda warnings: None

    @property
    def _served(self) -> list[ResourceInfo]:
        """Every resource in every version: groups in the server's order, the preferred version of each first."""
        if self._resources is None and not self._fresh and self._cache is not None:
            self._resources = self._cache.read()
        return self._ask() if self._resources is None else self._resources

    def forget(self) -> None:
        """Ask the server anew for what is not known."""
        self._fresh = False

    def _ask(self) -> list[ResourceInfo]:
        """Return what the server says now, once a command."""
        if self._resources is None or not self._fresh:
            self._resources, self._fresh = [*self._read_root("/api"), *self._read_root("/apis")], True
            if self._cache is not None:
                self._cache.write(self._resources)
        return self._resources

    def _read_root(self, root: str) -> Iterator[ResourceInfo]:
        body, content_type = self._read(root, ACCEPT)
        found = read_json(body, "v1.APIVersions" if root == "/api" else "v1.APIGroupList")
        if "APIGroupDiscoveryList" in content_type:
            for group in found.get("items") or ():
                self.problems |= find_stale(group)
                yield from read_group(group)
        elif root == "/api":
            for version in found.get("versions") or ():
                yield from self._read_version("", version, f"/api/{version}")
        else:
            for group in found.get("groups") or ():
                preferred = (group.get("preferredVersion") or {}).get("version")
                for version in sorted((v["version"] for v in group["versions"]), key=lambda v, p=preferred: v != p):  # type: ignore[misc]
                    yield from self._read_version(group["name"], version, f"/apis/{group['name']}/{version}")

    def _read_version(self, group: str, version: str, path: str) -> Iterator[ResourceInfo]:
        try:
            listed = read_json(self._read(path, "application/json")[0], "v1.APIResourceList").get("resources") or ()
        except StatusError as error:
            if isinstance(error, Unreachable):
                raise
            self.problems[f"{group}/{version}" if group else version] = error.message
            return
        for one in listed:
            if "/" not in one["name"]:
                below = (r["name"] for r in listed if r["name"].startswith(f"{one['name']}/"))
                subresources = tuple(name.partition("/")[2] for name in below)
                yield _info(
                    group, version, {**one, "resource": one["name"], "responseKind": one}, subresources, one["namespaced"]
                )

    def find(self, name: str) -> ResourceInfo:
        """Return the resource of that name. Raises NoSuchResource."""
        wanted = name.lower()
        plain, dot, qualifier = wanted.partition(".")

        def search(served: list[ResourceInfo]) -> list[ResourceInfo]:
            return [info for info in served if plain in _names(info) and (not dot or _fits(info, plain, qualifier))]

        fitting = search(self._served) or search(self._ask())
        if not fitting:
            raise NoSuchResource(f'the server doesn\'t have a resource type "{name.partition(".")[0]}"')
        exact = [info for info in fitting if plain not in info.short_names]
        found = (exact or fitting)[0]
        others = dict.fromkeys(info.qualified for info in fitting if info.qualified != found.qualified)
        if not dot and not exact and others:
            self.warn(tuple(f'short name "{plain}" could also match lower priority resource {other}' for other in others))
        return found

    def find_kind(self, api_version: str, kind: str) -> ResourceInfo:
        """Return the resource of that kind."""

        def search(served: list[ResourceInfo]) -> ResourceInfo | None:
            return next((info for info in served if (info.api_version, info.kind) == (api_version, kind)), None)

        if found := search(self._served) or search(self._ask()):
            return found
        raise NoSuchKind(f'no matches for kind "{kind}" in version "{api_version}"')

    def _list_preferred(self, served: list[ResourceInfo]) -> list[ResourceInfo]:
        first: dict[tuple[str, str], ResourceInfo] = {}
        for info in served:
            first.setdefault((info.group, info.plural), info)
        return list(first.values())

    def list_category(self, category: str) -> list[ResourceInfo]:
        """Return the resources of a category, in the order kubectl shows them."""
        return sort_resources(info for info in self._list_preferred(self._served) if category in info.categories)

    def list_all(self) -> list[ResourceInfo]:
        """Return every resource in its preferred version."""
        return sort_resources(self._list_preferred(self._ask()))

    def list_versions(self) -> list[str]:
        """Return every group version."""
        return sorted({info.api_version for info in self._ask()})

    def find_open_api(self, info: ResourceInfo) -> Mapping[str, Any] | None:
        """Return the OpenAPI schema of a kind that is no part of Kubernetes."""
        if info.schema:
            return None
        root = f"apis/{info.group}/{info.version}" if info.group else f"api/{info.version}"
        document = json.loads(self._read(f"/openapi/v3/{root}", "application/json")[0])
        wanted = {"group": info.group, "version": info.version, "kind": info.kind}
        schemas = (document.get("components") or {}).get("schemas") or {}
        for schema in schemas.values():
            if wanted in (schema.get(GVK) or ()):
                from minikube_py.client.remote.open_api import unfold

                found: Mapping[str, Any] = unfold(schema, schemas)
                return found
        return None


def read_group(group: Object) -> Iterator[ResourceInfo]:
    """Yield the resources of one APIGroupDiscovery."""
    name = (group.get("metadata") or {}).get("name") or ""
    for version in group.get("versions") or ():
        for one in version.get("resources") or ():
            subresources = tuple(sub["subresource"] for sub in one.get("subresources") or ())
            yield _info(name, version["version"], one, subresources, one.get("scope") == "Namespaced")


def find_stale(group: Object) -> dict[str, str]:
    """Return the versions of an APIGroupDiscovery that the server could not ask for just now, as of an aggregated API that is down."""
    name = (group.get("metadata") or {}).get("name") or ""
    stale = (f"{name}/{one['version']}" for one in group.get("versions") or () if one.get("freshness") == "Stale")
    return {version: f"stale GroupVersion discovery: {version}" for version in stale}


def _info(group: str, version: str, one: Object, subresources: tuple[str, ...], namespaced: bool) -> ResourceInfo:
    kind = one["responseKind"]["kind"]
    return ResourceInfo(
        group,
        version,
        one["resource"],
        one.get("singularResource") or one.get("singularName") or kind.lower(),
        kind,
        namespaced,
        tuple(one.get("shortNames") or ()),
        tuple(one.get("categories") or ()),
        tuple(one.get("verbs") or ()),
        subresources,
        _find_schema(group, version, kind),
    )


def _find_schema(group: str, version: str, kind: str) -> str:
    """Return the definition of a kind that is part of Kubernetes, "" for others."""
    from minikube_py.apis import catalog

    found = catalog.find_by_kind(group, kind, version)
    return found.schema if found is not None else ""


def _names(info: ResourceInfo) -> tuple[str, ...]:
    return (info.plural, info.singular, info.kind.lower(), *info.short_names)


def _fits(info: ResourceInfo, name: str, qualifier: str) -> bool:
    """Return whether `VERSION.GROUP`, GROUP or the beginning of a group means this resource; of a short name kubectl forgets the version."""
    _, dot, group = qualifier.partition(".")
    if dot and name in info.short_names and group == info.group:
        return True
    return (info.group.startswith(qualifier) if info.group else not qualifier) or qualifier == f"{info.version}.{info.group}"
