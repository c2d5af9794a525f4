"""Which resources a cluster serves, and finding one by any of its names: kubectl's RESTMapper.

The local cluster's come from the catalog of kinds; a remote one's from its discovery documents, as the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from minikube_py.client.resources import Resource

if TYPE_CHECKING:
    from minikube_py.apis.catalog import Entry
    from minikube_py.apis.kind import Kind


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
    """What a cluster serves. `warn` is told of short names that several resources have; `problems` are versions that it could not tell of, and why."""

    warn: Callable[[tuple[str, ...]], None]
    problems: dict[str, str]

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

    def find_open_api(self, info: ResourceInfo) -> Mapping[str, Any] | None:
        """Return the OpenAPI schema of a kind that is no part of Kubernetes, None for the others."""

    def forget(self) -> None:
        """Ask the cluster anew, for a kind has come."""


class LocalDiscovery:
    """Reads the catalog; loads a kind only when it is asked for. `serves` says of a group whether the cluster serves it.

    `list_custom()` gives the kinds of CustomResourceDefinitions in all their versions, the preferred one of each first. It is
    asked only where a name is none of Kubernetes' own, or all kinds are wanted.
    """

    def __init__(
        self,
        serves: Callable[[str], bool] = lambda group: True,
        list_custom: Callable[[], Iterable[Kind]] = tuple,
    ) -> None:
        self._serves, self._list_custom = serves, list_custom
        self.warn: Callable[[tuple[str, ...]], None] = lambda warnings: None
        self.problems: dict[str, str] = {}

    def find(self, name: str) -> ResourceInfo:
        """Return the resource of that name. Raises NoSuchResource."""
        from minikube_py.apis import catalog

        wanted = name.lower()
        plain, dot, qualifier = wanted.partition(".")
        for entry in catalog.ENTRIES:
            if plain not in entry.names and plain != entry.kind.lower():
                continue
            fits = not dot or _is_qualified_by(entry, qualifier) or _is_short_for(entry, plain, qualifier)
            if fits and self._serves(entry.group):
                if not dot and plain in entry.names[2:]:
                    self._warn_of_others(plain, entry)
                return _info(catalog.load_kind(entry))
        for kind in self._list_custom():
            names = (kind.plural, kind.singular, kind.kind.lower(), *kind.short_names)
            if plain in names and (not dot or _is_qualified_by(kind, qualifier)):
                return _info(kind)
        raise NoSuchResource(f'the server doesn\'t have a resource type "{name.partition(".")[0]}"')

    def _warn_of_others(self, short_name: str, found: Entry) -> None:
        from minikube_py.apis import catalog

        for entry in catalog.ENTRIES:
            is_other = (entry.group, entry.names[0]) != (found.group, found.names[0])
            if is_other and short_name in entry.names[2:] and self._serves(entry.group):
                other = f"{entry.names[0]}.{entry.group}".rstrip(".")
                self.warn((f'short name "{short_name}" could also match lower priority resource {other}',))

    def find_kind(self, api_version: str, kind: str) -> ResourceInfo:
        """Return the resource of that kind."""
        from minikube_py.apis import catalog

        group, _, version = api_version.rpartition("/")
        for entry in catalog.ENTRIES:
            if (entry.group, entry.version, entry.kind) == (group, version, kind) and self._serves(group):
                return _info(catalog.load_kind(entry))
        for custom in self._list_custom():
            if (custom.group, custom.version, custom.kind) == (group, version, kind):
                return _info(custom)
        raise NoSuchKind(f'no matches for kind "{kind}" in version "{api_version}"')

    def list_category(self, category: str) -> list[ResourceInfo]:
        """Return the resources of a category, in the order kubectl shows them."""
        from minikube_py.apis import catalog

        own = [_info(catalog.load_kind(e)) for e in catalog.list_preferred() if category in e.categories]
        if not own and any(category in entry.names for entry in catalog.ENTRIES):
            return []  # the name of a built-in type, so that nobody's definitions need to be read
        return sort_resources([*own, *(info for info in self._list_preferred_custom() if category in info.categories)])

    def list_all(self) -> list[ResourceInfo]:
        """Return every built-in resource and every custom one."""
        from minikube_py.apis import catalog

        own = [_info(catalog.load_kind(entry)) for entry in catalog.list_preferred() if self._serves(entry.group)]
        return sort_resources([*own, *self._list_preferred_custom()])

    def _list_preferred_custom(self) -> Iterable[ResourceInfo]:
        """The first version of each kind is its preferred one."""
        first: dict[tuple[str, str], ResourceInfo] = {}
        for kind in self._list_custom():
            first.setdefault((kind.group, kind.plural), _info(kind))
        return first.values()

    def find_open_api(self, info: ResourceInfo) -> Mapping[str, Any] | None:
        """Return a custom kind's OpenAPI schema."""
        for kind in self._list_custom():
            if kind.custom and (kind.group, kind.version, kind.kind) == (info.group, info.version, info.kind):
                return kind.custom.open_api
        return None

    def forget(self) -> None:
        """Do nothing: kinds are always as they are in the catalog and the store."""

    def list_versions(self) -> list[str]:
        """Return every group version."""
        from minikube_py.apis import catalog

        own = {f"{entry.group}/{entry.version}".lstrip("/") for entry in catalog.ENTRIES if self._serves(entry.group)}
        return sorted(own | {kind.api_version for kind in self._list_custom()})


GROUP_ORDER = ("", "apps", "autoscaling", "batch")


def sort_resources(infos: Iterable[ResourceInfo]) -> list[ResourceInfo]:
    """Return resources in the order kubectl shows them."""

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


def _is_short_for(entry, name: str, qualifier: str) -> bool:  # type: ignore[no-untyped-def]
    """Return whether a short name with `VERSION.GROUP` means this entry: kubectl forgets the version of a short name."""
    _, dot, group = qualifier.partition(".")
    return bool(dot) and name in entry.names[2:] and group == entry.group


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
