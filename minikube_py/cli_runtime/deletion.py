"""Deleting objects, and waiting until they are gone: what delete, replace --force and apply --force share."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

WEEK = 7 * 24 * 3600.0
POLICIES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}

DELETION_FLAGS: tuple[Flag, ...] = (
    flag(
        "cascade", default="background", bare="background", help="What becomes of dependents: background, foreground or orphan"
    ),
    flag("force", default=False, help="Remove objects at once, without waiting for anybody"),
    flag("grace-period", default=-1, help="Seconds that an object has to end; -1 is its own"),
    flag("timeout", kind="duration", default=0.0, help="How long to wait; 0 is until it is done"),
    flag("wait", default=False, help="Wait until the objects are gone"),
)

REPLACING_FLAGS = tuple(
    f if f.name != "wait" else flag("wait", default=False, no_effect="what is deleted is always waited for")
    for f in DELETION_FLAGS
)

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")


def parse_cascade(flags: Parsed, factory: Factory) -> str:
    """Return the propagation policy of --cascade. Warns of the boolean form; raises CliError."""
    given: str = flags["cascade"]
    if given in (*_TRUE, *_FALSE):
        meant = "background" if given in _TRUE else "orphan"
        factory.warn(f"warning: --cascade={given} is deprecated (boolean value) and can be replaced with --cascade={meant}.")
        return POLICIES[meant]
    if given not in POLICIES:
        raise CliError(f'invalid cascade value ({given}). Must be "background", "foreground", or "orphan"')
    return POLICIES[given]


def delete(writer: Writer, info: Info, policy: str, grace_period: int) -> str:
    """Delete an object and return its uid. `grace_period` is in seconds, -1 for its own. Raises StatusError."""
    if not info.name:
        raise CliError("resource name may not be empty")
    options: Object = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy}
    if grace_period >= 0:
        options["gracePeriodSeconds"] = grace_period
    resource = info.resource
    request = Request("delete", resource.group, resource.version, resource.plural, info.namespace, info.name, body=options)
    answer = writer.send(request).object
    if answer.get("kind") == "Status":
        return str((answer.get("details") or {}).get("uid") or "")
    return str(answer["metadata"].get("uid") or "")


def wait_until_gone(factory: Factory, info: Info, uid: str, deadline: float) -> None:
    """Wait until there is no object of that name, or another one. Raises CliError at `deadline`, in the clock's seconds."""
    client = factory.client()
    where = f"metadata.name={info.name}"
    while True:
        try:
            found = client.list(info.resource.resource, info.namespace, field_selector=where)
        except NotFound:
            return
        if not any(not uid or obj["metadata"].get("uid") == uid for obj in found["items"]):
            return
        left = deadline - factory.clock.now()
        if left <= 0:
            raise CliError(f"timed out waiting for the condition on {info.resource.plural}/{info.name}")
        version = found["metadata"]["resourceVersion"]
        watch = client.watch(info.resource.resource, info.namespace, timeout=left, resourceVersion=version, fieldSelector=where)
        with closing(watch) as events:  # type: ignore[type-var]
            if any(event.type == "DELETED" for event in events):
                return
