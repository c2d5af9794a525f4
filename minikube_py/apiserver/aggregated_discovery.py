"""Everything that is served in one document for /api and one for /apis. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery

It is the answer to `Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`, and says so by the same parameters.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apiserver.discovery_documents import Served, describe_resources, list_groups
from minikube_py.apiserver.negotiation import AGGREGATED

Object = dict[str, Any]
GROUP = "apidiscovery.k8s.io"
CONTENT_TYPE = "application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList"


def describe_all(path: str, version: str, served: Served) -> Object:
    """Return the document of /api or of /apis in that version of apidiscovery.k8s.io."""
    wanted = {group: versions for group, versions in list_groups(served).items() if bool(group) == (path.strip("/") == "apis")}
    items = [_describe_group(group, versions, served) for group, versions in wanted.items()]
    return {"kind": AGGREGATED, "apiVersion": f"{GROUP}/{version}", "metadata": {}, "items": items}


def _describe_group(group: str, versions: list[str], served: Served) -> Object:
    metadata = {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None}
    described = [
        {"version": version, "resources": _list_resources(group, version, served), "freshness": "Current"}
        for version in versions
    ]
    return {"metadata": metadata, "versions": described}


def _list_resources(group: str, version: str, served: Served) -> list[Object]:
    """Return the resources with their subresources inside."""
    document = describe_resources(group, version, served)
    assert document is not None
    found: dict[str, Object] = {}
    for resource in document["resources"]:
        name, _, subresource = resource["name"].partition("/")
        kind = {
            "group": resource.get("group", group),
            "version": resource.get("version", version),
            "kind": resource["kind"],
        }
        if subresource:
            entry = {"subresource": subresource, "responseKind": kind, "verbs": resource["verbs"]}
            found[name].setdefault("subresources", []).append(entry)
            continue
        found[name] = {
            "resource": name,
            "responseKind": kind,
            "scope": "Namespaced" if resource["namespaced"] else "Cluster",
            "singularResource": resource["singularName"],
            "verbs": resource["verbs"],
        }
        found[name] |= {key: resource[key] for key in ("shortNames", "categories") if key in resource}
    return list(found.values())
