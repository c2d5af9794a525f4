"""What can be done at which path: the operations of a kind, by its verbs and subresources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.openapi.definitions import META, name_definition
from minikube_py.apiserver.subresource_kinds import SUBRESOURCES

PATCH = META + "Patch"
DELETE_OPTIONS, STATUS = META + "DeleteOptions", META + "Status"
SELECTION = ("continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "timeoutSeconds")
LIST = (*SELECTION, "allowWatchBookmarks", "sendInitialEvents", "watch")
WRITE = ("dryRun", "fieldManager", "fieldValidation")
DELETE = ("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy")
_STREAMED = ("stderr", "stdin", "stdout", "tty")
_CONNECT = {
    "attach": ("container", *_STREAMED),
    "exec": ("command", "container", *_STREAMED),
    "portforward": ("ports",),
    "proxy": ("path",),
}
REST = "{path}"
_PROXIED = ("delete", "get", "head", "options", "patch", "post", "put")
WATCH_EVENT = META + "WatchEvent"
_LOG = ("container", "follow", "limitBytes", "previous", "sinceSeconds", "tailLines", "timestamps")
_METHODS = {"get": "get", "create": "post", "update": "put", "patch": "patch"}
_WORDS = {"get": "read", "create": "create", "update": "replace", "patch": "patch"}
_ACTIONS = {"get": "get", "create": "post", "update": "put", "patch": "patch"}
_CODES = {"get": (200,), "create": (200, 201, 202), "update": (200, 201), "patch": (200, 201)}


class Operation(NamedTuple):
    """One method at one path. `body` and `answer` name definitions; without an answer it gives a text, and anything at all if `connects`."""

    path: str
    method: str
    action: str
    id: str
    description: str
    kind: tuple[str, str, str]
    parameters: tuple[str, ...] = ()
    body: str = ""
    answer: str = ""
    codes: tuple[int, ...] = (200,)
    connects: bool = False
    custom: bool = False

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The parameters that all operations at the path have: what its braces name, and pretty."""
        named = tuple(name for name in ("name", "namespace") if f"{{{name}}}" in self.path)
        if self.connects:
            return (*named, REST) if self.path.endswith(REST) else named
        return (*named, "pretty")


def find_root(group: str, version: str) -> str:
    """Return the path below which a group version is."""
    return f"/apis/{group}/{version}" if group else f"/api/{version}"


def name_group(group: str, version: str) -> str:
    """Return `AppsV1` or `RbacAuthorizationV1`, as the names of operations begin."""
    words = (group or "core").removesuffix(".k8s.io").replace("-", ".").split(".")
    return "".join(word[:1].upper() + word[1:] for word in (*words, version))


def list_operations(kind: Kind) -> Iterator[Operation]:
    """Yield what can be done with objects of a kind, in the version that `kind` is."""
    yield from _list_collection(kind)
    if "get" in kind.verbs:
        yield from _list_named(kind)
    for name in kind.subresources:
        if name in SUBRESOURCES:
            yield from _list_subresource(kind, name)
    if "watch" in kind.verbs and kind.custom is None:
        yield from _list_watches(kind)


def _head(kind: Kind) -> tuple[str, str, tuple[str, str, str]]:
    root = find_root(kind.group, kind.version)
    path = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    return path, ("Namespaced" if kind.namespaced else "") + kind.kind, (kind.group, kind.version, kind.kind)


def _list_collection(kind: Kind) -> Iterator[Operation]:
    path, name, gvk = _head(kind)
    group, custom, own = name_group(kind.group, kind.version), kind.custom is not None, name_definition(kind)
    told = f"objects of kind {kind.kind}"
    if "list" in kind.verbs:
        many = name_definition(kind, many=True)
        listing = Operation(
            path, "get", "list", f"list{group}{name}", f"list or watch {told}", gvk, LIST, answer=many, custom=custom
        )
        yield listing
        if kind.namespaced:
            everywhere = f"{find_root(kind.group, kind.version)}/{kind.plural}"
            yield listing._replace(path=everywhere, id=f"list{group}{kind.kind}ForAllNamespaces")
    if "create" in kind.verbs:
        id_ = f"create{group}{name}"
        codes = _CODES["create"]
        yield Operation(path, "post", "post", id_, f"create a {kind.kind}", gvk, WRITE, own, own, codes, custom=custom)
    if "deletecollection" in kind.verbs:
        parameters = tuple(sorted({*SELECTION, *DELETE}))
        id_ = f"delete{group}Collection{name}"
        yield Operation(
            path,
            "delete",
            "deletecollection",
            id_,
            f"delete many {told}",
            gvk,
            parameters,
            DELETE_OPTIONS,
            STATUS,
            custom=custom,
        )


def _list_named(kind: Kind) -> Iterator[Operation]:
    path, name, gvk = _head(kind)
    group, own = name_group(kind.group, kind.version), name_definition(kind)
    for verb in ("get", "update", "patch"):
        if verb in kind.verbs:
            yield _make(kind, verb, f"{path}/{{name}}", f"{group}{name}", gvk, own)
    if "delete" in kind.verbs:
        answer = own if kind.graceful else STATUS
        deletion = Operation(f"{path}/{{name}}", "delete", "delete", f"delete{group}{name}", f"delete a {kind.kind}", gvk)
        yield deletion._replace(
            parameters=DELETE, body=DELETE_OPTIONS, answer=answer, codes=(200, 202), custom=kind.custom is not None
        )


def _list_watches(kind: Kind) -> Iterator[Operation]:
    """Yield the old form of watches, which custom resources have not."""
    path, name, gvk = _head(kind)
    root, group = find_root(kind.group, kind.version), name_group(kind.group, kind.version)
    path = f"{root}/watch{path.removeprefix(root)}"
    told = "deprecated: use the parameter watch of a list instead"
    one = Operation(path, "get", "watchlist", f"watch{group}{name}List", f"watch {kind.kind} objects; {told}", gvk, LIST)
    one = one._replace(answer=WATCH_EVENT)
    yield one
    if kind.namespaced:
        id_ = f"watch{group}{kind.kind}ListForAllNamespaces"
        yield one._replace(path=f"{root}/watch/{kind.plural}", id=id_)
    told = f"watch a {kind.kind}; {told}, with a field selector"
    yield one._replace(path=f"{path}/{{name}}", action="watch", id=f"watch{group}{name}", description=told)


def _make(kind: Kind, verb: str, path: str, name: str, gvk: tuple[str, str, str], definition: str) -> Operation:
    """Return one of the operations on a single object or subresource."""
    parameters = {"get": (), "patch": (*WRITE, "force")}.get(verb, WRITE)
    body = {"get": "", "patch": PATCH}.get(verb, definition)
    word = _WORDS[verb]
    told = f"{word} the {path.rpartition('}/')[2] + ' of a ' if not path.endswith('}') else ''}{kind.kind}"
    operation = Operation(path, _METHODS[verb], _ACTIONS[verb], f"{word}{name}", told, gvk, parameters, body, definition)
    return operation._replace(codes=_CODES[verb], custom=kind.custom is not None)


def _list_subresource(kind: Kind, name: str) -> Iterator[Operation]:
    path, full_name, own = _head(kind)
    other, verbs = SUBRESOURCES[name]
    gvk = other or own
    path, title = f"{path}/{{name}}/{name}", name[:1].upper() + name[1:]
    group = name_group(kind.group, kind.version)
    if name in _CONNECT:
        gvk = (gvk[0], gvk[1], gvk[2].format(kind.kind))
        for method in ("get", "post") if name != "proxy" else _PROXIED:
            id_ = f"connect{group}{method.title()}{full_name}{title}"
            told = f"connect {method.upper()} requests to {name} of {kind.kind}"
            operation = Operation(path, method, "connect", id_, told, gvk, _CONNECT[name], connects=True)
            yield operation
            if name == "proxy":
                yield operation._replace(path=f"{path}/{REST}", id=f"{id_}WithPath")
    elif name == "log":
        yield Operation(path, "get", "get", f"read{group}{full_name}Log", f"read the log of a {kind.kind}", own, _LOG)
    else:
        definition = name_definition(kind) if other is None else _name_other(*other)
        for verb in ("create", "get", "update", "patch"):
            if verb in verbs:
                yield _make(kind, verb, path, f"{group}{full_name}{title}", gvk, definition)


def _name_other(group: str, version: str, kind: str) -> str:
    return f"io.k8s.api.{group.partition('.')[0] or 'core'}.{version}.{kind}"


def describe_kind(operation: Operation) -> dict[str, Any]:
    """Return what stands as x-kubernetes-group-version-kind."""
    return dict(zip(("group", "version", "kind"), operation.kind, strict=True))
