"""What the API server warns of in services, without refusing them."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.addresses import warn_of_cidr, warn_of_ip
from minikube_py.apis.core.service_validation import TOPOLOGY_HINTS, TOPOLOGY_MODE
from minikube_py.apis.kind import Object


def warn_about_service(service: Object) -> Iterator[str]:
    """Yield the warnings about a service: fields that do nothing, and addresses that are badly written."""
    spec, annotations = service.get("spec") or {}, service["metadata"].get("annotations") or {}
    if TOPOLOGY_HINTS in annotations:
        yield f"annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"
    external, kind = spec.get("externalIPs") or [], spec.get("type")
    if spec.get("clusterIP") not in (None, "", "None"):
        for index, address in enumerate(spec.get("clusterIPs") or ()):
            yield from warn_of_ip(f"spec.clusterIPs[{index}]", address)
    if kind == "ClusterIP" and spec.get("clusterIP") == "None":
        ignored = "is ignored for headless services"
        if spec.get("loadBalancerIP"):
            yield f"spec.loadBalancerIP {ignored}"
        if external:
            yield f"spec.externalIPs {ignored}"
        if spec.get("sessionAffinity") != "None":
            yield f"spec.SessionAffinity {ignored}"
    for index, address in enumerate(external):
        yield from warn_of_ip(f"spec.externalIPs[{index}]", address)
    if address := spec.get("loadBalancerIP"):
        yield from warn_of_ip("spec.loadBalancerIP", address)
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        yield from warn_of_cidr(f"spec.loadBalancerSourceRanges[{index}]", block)
    if kind == "ExternalName" and external:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if kind != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
