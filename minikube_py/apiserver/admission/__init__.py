"""Admission: one plugin a file; each admits (may change the object) or validates (may not).

A plugin module has NAME, `handles(attributes)`, and `admit(attributes, server)` or `validate(attributes, server)` or both.
They run inside the write's transaction, in the order below, mutating ones before validation of the object, validating ones after it, quota last.
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apis.kind import Kind
from minikube_py.client.request import User

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]

POD = ("pods",)
CLAIM = ("persistentvolumeclaims",)
ANY: tuple[str, ...] = ()
CSR = ("certificatesigningrequests.certificates.k8s.io",)
RBAC = tuple(f"{name}.rbac.authorization.k8s.io" for name in ("roles", "clusterroles", "rolebindings", "clusterrolebindings"))
MUTATING = (  # plugin, and the resources for which alone it is loaded
    ("namespace_lifecycle", ANY),
    ("service_account", POD),
    ("taint_nodes_by_condition", ("nodes",)),
    ("limit_ranger", POD),
    ("priority", POD),
    ("default_toleration_seconds", POD),
    ("default_storage_class", CLAIM),
    ("storage_object_in_use_protection", ("persistentvolumes", *CLAIM)),
    ("runtime_class", POD),
    ("default_ingress_class", ("ingresses.networking.k8s.io",)),
    ("service_addresses", ("services",)),
    ("certificate_requester", CSR),
    ("rbac_escalation", RBAC),
)
VALIDATING = (
    ("namespace_lifecycle", ANY),
    ("priority", ("priorityclasses.scheduling.k8s.io",)),
    ("limit_ranger", (*POD, *CLAIM)),
    ("persistentvolumeclaim_resize", CLAIM),
    ("runtime_class", POD),
    ("validating_admission_policy", ANY),
    ("certificate_subject_restriction", CSR),
    ("resource_quota", ANY),
)


class Attributes(NamedTuple):
    """What is about to happen. `operation` is CREATE, UPDATE or DELETE; `old` is None for CREATE, `obj` for DELETE."""

    operation: str
    kind: Kind
    namespace: str
    name: str
    obj: Object | None
    old: Object | None
    user: User
    subresource: str = ""
    dry_run: bool = False


@cache
def load_plugin(name: str) -> ModuleType:
    """Import one plugin."""
    return import_module(f"minikube_py.apiserver.admission.{name}")


def _choose(plugins: tuple[tuple[str, tuple[str, ...]], ...], attributes: Attributes) -> Iterator[ModuleType]:
    for name, resources in plugins:
        if not resources or attributes.kind.resource in resources:
            yield load_plugin(name)


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Let every mutating plugin change the object. Raises StatusError where one refuses."""
    for plugin in _choose(MUTATING, attributes):
        if hasattr(plugin, "admit") and plugin.handles(attributes):
            plugin.admit(attributes, server)


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Let every validating plugin look at the final object. Raises StatusError where one refuses."""
    for plugin in _choose(VALIDATING, attributes):
        if hasattr(plugin, "validate") and plugin.handles(attributes):
            plugin.validate(attributes, server)
