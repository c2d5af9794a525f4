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
from typing import TYPE_CHECKING, Any

from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.client.request import Request

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
    ("mutating_webhook", ANY),
)
STORED_WITH = (  # in Kubernetes, storage itself does these
    ("service_addresses", ("services",)),
    ("certificate_requester", CSR),
    ("rbac_escalation", RBAC),
)
WITH_PODS = (
    *(
        "namespaces",
        *POD,
        "replicationcontrollers",
        "podtemplates",
        "replicasets.apps",
        "deployments.apps",
        "statefulsets.apps",
    ),
    *("daemonsets.apps", "jobs.batch", "cronjobs.batch"),
)
VALIDATING = (
    ("namespace_lifecycle", ANY),
    ("node_restriction", ("nodes", *POD, *CLAIM, "leases.coordination.k8s.io", "csinodes.storage.k8s.io")),
    ("pod_security", WITH_PODS),
    ("priority", ("priorityclasses.scheduling.k8s.io",)),
    ("limit_ranger", (*POD, *CLAIM)),
    ("persistentvolumeclaim_resize", CLAIM),
    ("runtime_class", POD),
    ("certificate_subject_restriction", CSR),
    ("validating_admission_policy", ANY),
    ("validating_webhook", ANY),
    ("resource_quota", ANY),
)
ON_SUBRESOURCES: dict[str, tuple[str, ...]] = {  # the plugins that look at those which are not written like their object
    "status": ("node_restriction",),
    "eviction": ("namespace_lifecycle",),
    **dict.fromkeys(("attach", "binding", "exec", "portforward", "proxy", "token"), ()),
}
_EXTENSIONS = {  # plugins that do what objects of these kinds say, also when a status is written
    "mutating_webhook": "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validating_admission_policy": "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "validating_webhook": "validatingwebhookconfigurations.admissionregistration.k8s.io",
}
ON_DELETE = ("MutatingAdmissionWebhook",)  # the only one that admits where there is no object to change
Plugins = tuple[tuple[str, tuple[str, ...]], ...]


def make_options(kind: str, request: Request) -> Object:
    """Return the options of a request as webhooks see them."""
    options: Object = {"kind": kind, "apiVersion": "meta.k8s.io/v1"}
    if request.params.get("dryRun"):
        options["dryRun"] = ["All"]
    return options | {word: value for word in ("fieldManager", "fieldValidation") if (value := request.params.get(word))}


@cache
def load_plugin(name: str) -> ModuleType:
    """Import one plugin."""
    return import_module(f"minikube_py.apiserver.admission.{name}")


def _choose(plugins: Plugins, attributes: Attributes, server: ApiServer) -> Iterator[ModuleType]:
    for name, resources in plugins:
        extension = _EXTENSIONS.get(name)
        if extension is not None:
            if server.extension_points.is_any(extension):
                yield load_plugin(name)
        elif name not in ON_SUBRESOURCES.get(attributes.subresource, (name,)):
            continue
        elif not resources or attributes.kind.resource in resources:
            yield load_plugin(name)


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Let every mutating plugin change the object. Raises StatusError where one refuses.

    Where a webhook changed the object, all look at it once more. What was found out in a rehearsal is taken from there.
    """
    heard = server.heard
    if heard is None:
        _admit_by(MUTATING, attributes, server)
    elif heard.listening or not heard.take_admitted(attributes, server.warnings):
        _admit_by(MUTATING, attributes, server)
        if heard.reinvocation.wanted:
            heard.reinvocation.begin()
            _admit_by(MUTATING, attributes, server)
    _admit_by(STORED_WITH, attributes, server)
    if heard is not None and heard.listening:
        heard.keep_admitted(attributes)


def _admit_by(plugins: Plugins, attributes: Attributes, server: ApiServer) -> None:
    for plugin in _choose(plugins, attributes, server):
        if hasattr(plugin, "admit") and plugin.handles(attributes) and (attributes.obj is not None or plugin.NAME in ON_DELETE):
            plugin.admit(attributes, server)


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Let every validating plugin look at the final object. Raises StatusError where one refuses."""
    for plugin in _choose(VALIDATING, attributes, server):
        if hasattr(plugin, "validate") and plugin.handles(attributes):
            plugin.validate(attributes, server)
