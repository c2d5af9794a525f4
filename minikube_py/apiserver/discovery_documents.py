"""What the API server tells of itself: health, version, and which groups and resources it serves.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery.errors import MethodNotAllowed, NotFound
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.negotiation import Form, encode, indent
from minikube_py.client.http_message import JSON, PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer
from minikube_py.component_base.version import describe_version

Object = dict[str, Any]
HEALTH = ("healthz", "livez", "readyz")
NOT_SERVED = "the server could not find the requested resource"
_READ_WRITE = ("get", "patch", "update")
# subresource -> the kind of its objects (group, version, kind; None for that of the resource itself) and its verbs
_SUBRESOURCES: dict[str, tuple[tuple[str, str, str] | None, tuple[str, ...]]] = {
    "approval": (None, _READ_WRITE),
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


Serves = Callable[[str], bool]


def answer_path(message: HttpRequest, form: Form, serves: Serves) -> HttpAnswer:
    """Answer a request to a path without a resource. Raises MethodNotAllowed; a path that nobody knows is answered with 404."""
    if message.method not in ("GET", "HEAD"):
        raise MethodNotAllowed("the server does not allow this method on the requested resource", {})
    parts = [part for part in urlsplit(message.target).path.split("/") if part]
    try:
        document = describe_path(message.target, serves)
    except NotFound:
        if parts[0] in ("api", "apis", *HEALTH):
            return make_answer(404, PLAIN_TEXT, b"404 page not found\n")
        return make_answer(404, JSON, indent(encode({"paths": list(list_paths(serves))}, Form())))
    if isinstance(document, str):
        return make_answer(200, PLAIN_TEXT, document.encode())
    if "kind" not in document:  # the version and the list of paths are for people
        return make_answer(200, JSON, indent(encode(document, Form())))
    return make_answer(200, form.media_type, encode(document, form))


def describe_path(target: str, serves: Serves = lambda group: True) -> str | Object:
    """Return the text or the document that a path without a resource answers with. Raises NotFound.

    `serves` says of a group whether it is served.
    """
    parts = [part for part in urlsplit(target).path.split("/") if part]
    if not parts:
        return {"paths": list(list_paths(serves))}
    if parts[0] in HEALTH and parts[1:] in ([], ["ping"]):
        verbose = "verbose" in parse_qs(urlsplit(target).query, keep_blank_values=True) and len(parts) == 1
        return f"[+]ping ok\n{parts[0]} check passed\n" if verbose else "ok"
    document = _find_document(parts, serves)
    if document is None:
        raise NotFound(NOT_SERVED)
    return document


def _find_document(parts: list[str], serves: Serves) -> Object | None:
    match parts:
        case ["version"]:
            return describe_version()
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [describe_group(group) for group in list_groups() if group and serves(group)]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", group] if group in list_groups() and serves(group):
            return {"kind": "APIGroup", "apiVersion": "v1", **describe_group(group)}
        case ["api", version]:
            return describe_resources("", version)
        case ["apis", group, version] if serves(group):
            return describe_resources(group, version)
    return None


def list_groups() -> dict[str, list[str]]:
    """Return the versions of each group, the core group's name being empty."""
    groups: dict[str, list[str]] = {}
    for entry in catalog.ENTRIES:
        versions = groups.setdefault(entry.group, [])
        if entry.version not in versions:
            versions.append(entry.version)
    return groups


def list_paths(serves: Serves = lambda group: True) -> Iterator[str]:
    """Yield the paths that the root tells of."""
    yield from ("/api", "/api/v1", "/apis")
    for group, versions in sorted(list_groups().items()):
        if group and serves(group):
            yield f"/apis/{group}"
            yield from (f"/apis/{group}/{version}" for version in versions)
    yield from ("/healthz", "/livez", "/readyz", "/version")


def describe_group(group: str) -> Object:
    """Return the body of a group's APIGroup; its first version is the preferred one."""
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in list_groups()[group]]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


def describe_resources(group: str, version: str) -> Object | None:
    """Return a group version's APIResourceList, None where it is not served."""
    kinds = [kind for kind in catalog.list_kinds() if (kind.group, kind.version) == (group, version)]
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
