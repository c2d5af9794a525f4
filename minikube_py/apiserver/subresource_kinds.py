"""The subresources that there are: of which kind their objects are and what may be done with them."""

from __future__ import annotations

from functools import cache

from minikube_py.apis.kind import Kind

READ_WRITE = ("get", "patch", "update")
CONNECTS = ("attach", "exec", "portforward", "proxy")
"""Those that are streams: what is created, read, changed or deleted there is the business of whoever is connected to."""
SUBRESOURCES: dict[str, tuple[tuple[str, str, str] | None, tuple[str, ...]]] = {
    "approval": (None, READ_WRITE),
    "attach": (("", "v1", "PodAttachOptions"), ("create", "get")),
    "binding": (("", "v1", "Binding"), ("create",)),
    "ephemeralcontainers": (None, READ_WRITE),
    "eviction": (("policy", "v1", "Eviction"), ("create",)),
    "exec": (("", "v1", "PodExecOptions"), ("create", "get")),
    "finalize": (None, ("update",)),
    "log": (None, ("get",)),
    "portforward": (("", "v1", "PodPortForwardOptions"), ("create", "get")),
    "proxy": (("", "v1", "{}ProxyOptions"), ("create", "delete", "get", "patch", "update")),
    "resize": (None, READ_WRITE),
    "scale": (("autoscaling", "v1", "Scale"), READ_WRITE),
    "status": (None, READ_WRITE),
    "token": (("authentication.k8s.io", "v1", "TokenRequest"), ("create",)),
}
"""By name the group, version and kind of the objects (None for those of the resource itself, {} for its name), and the verbs."""


def find_type(kind: Kind, subresource: str) -> tuple[str, str, str]:
    """Return the group, version and kind of the objects at a path; `kind` is that of the resource in the version asked for."""
    named = SUBRESOURCES[subresource][0] if subresource in SUBRESOURCES else None
    if named is None:
        return kind.group, kind.version, kind.kind
    return named[0], named[1], named[2].format(kind.kind)


@cache
def find_body_kind(subresource: str) -> Kind | None:
    """Return the kind of a subresource's bodies where it is another than the resource's own, None else."""
    named = SUBRESOURCES[subresource][0] if subresource in SUBRESOURCES and subresource not in CONNECTS else None
    if named is None:
        return None
    group, version, name = named
    schema = f"io.k8s.api.{group.partition('.')[0] or 'core'}.{version}.{name}"
    return Kind(group, version, name, f"{name.lower()}s", name.lower(), schema, status=False)
