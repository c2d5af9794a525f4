"""Which resources a cluster serves, and finding one by any of its names: kubectl's RESTMapper.

The local cluster's come from the catalog of kinds; a remote one's from its discovery documents, as the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from minikube_py.client.resources import Resource


class ResourceInfo(NamedTuple):
    """One served resource."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    schema: str = ""  # the definition that explains it

    @property
    def resource(self) -> Resource:
        """The name that the client's methods take."""
        return Resource(self.group, self.version, self.plural, self.kind, self.namespaced)

    @property
    def api_version(self) -> str:
        """`v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """`pods` or `deployments.apps`: how messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_kind(self) -> str:
        """`pod` or `deployment.apps`: how `TYPE/NAME` names it."""
        name = self.kind.lower()
        return f"{name}.{self.group}" if self.group else name


class NoSuchResource(Exception):
    """No resource of that name is served; the text is kubectl's."""


class NoSuchKind(Exception):
    """No kind of that name and version is served; the text is kubectl's."""


class Discovery(Protocol):
    """What a cluster serves."""

    def find(self, name: str) -> ResourceInfo:
        """Return the resource called `name`: plural, singular, short name or kind, optionally `.group` or `.version.group`."""

    def find_kind(self, api_version: str, kind: str) -> ResourceInfo:
        """Return the resource of objects with that apiVersion and kind. Raises NoSuchKind."""

    def list_category(self, category: str) -> list[ResourceInfo]:
        """Return the resources of a category such as `all`."""

    def list_all(self) -> list[ResourceInfo]:
        """Return every served resource in its preferred version, by group and plural."""

    def list_versions(self) -> list[str]:
        """Return every served `group/version`, sorted."""


class LocalDiscovery:
    """Reads the catalog; loads a kind only when it is asked for. `serves` says of a group whether the cluster serves it."""

    def __init__(self, serves: Callable[[str], bool] = lambda group: True) -> None:
        self._serves = serves

    def find(self, name: str) -> ResourceInfo:
        """Return the resource of that name. Raises NoSuchResource."""
        from minikube_py.apis import catalog

        wanted = name.lower()
        plain, dot, qualifier = wanted.partition(".")
        for entry in catalog.ENTRIES:
            if plain not in entry.names and plain != entry.kind.lower():
                continue
            if (not dot or _is_qualified_by(entry, qualifier)) and self._serves(entry.group):
                return _info(catalog.load_kind(entry))
        raise NoSuchResource(f'the server doesn\'t have a resource type "{name.partition(".")[0]}"')

    def find_kind(self, api_version: str, kind: str) -> ResourceInfo:
        """Return the resource of that kind."""
        from minikube_py.apis import catalog

        group, _, version = api_version.rpartition("/")
        for entry in catalog.ENTRIES:
            if (entry.group, entry.version, entry.kind) == (group, version, kind) and self._serves(group):
                return _info(catalog.load_kind(entry))
        raise NoSuchKind(f'no matches for kind "{kind}" in version "{api_version}"')

    def list_category(self, category: str) -> list[ResourceInfo]:
        """Return the resources of a category, in the order kubectl shows them."""
        from minikube_py.apis import catalog

        return _sorted(_info(catalog.load_kind(e)) for e in catalog.list_preferred() if category in e.categories)

    def list_all(self) -> list[ResourceInfo]:
        """Return every built-in resource."""
        from minikube_py.apis import catalog

        return _sorted(_info(catalog.load_kind(e)) for e in catalog.list_preferred() if self._serves(e.group))

    def list_versions(self) -> list[str]:
        """Return every group version."""
        from minikube_py.apis import catalog

        return sorted({f"{entry.group}/{entry.version}".lstrip("/") for entry in catalog.ENTRIES if self._serves(entry.group)})


GROUP_ORDER = ("", "apps", "autoscaling", "batch")


def _sorted(infos: Iterable[ResourceInfo]) -> list[ResourceInfo]:
    def rank(info: ResourceInfo) -> tuple[int, str, str]:
        place = GROUP_ORDER.index(info.group) if info.group in GROUP_ORDER else len(GROUP_ORDER)
        return place, info.group, info.plural

    return sorted(infos, key=rank)


def _is_qualified_by(entry, qualifier: str) -> bool:  # type: ignore[no-untyped-def]
    """Return whether `VERSION.GROUP`, GROUP or the beginning of a group means this entry."""
    return (
        bool(entry.group.startswith(qualifier) if entry.group else not qualifier)
        or qualifier == f"{entry.version}.{entry.group}"
    )


def _info(kind) -> ResourceInfo:  # type: ignore[no-untyped-def]
    return ResourceInfo(
        kind.group,
        kind.version,
        kind.plural,
        kind.singular,
        kind.kind,
        kind.namespaced,
        kind.short_names,
        kind.categories,
        kind.verbs,
        kind.subresources,
        kind.schema,
    )
