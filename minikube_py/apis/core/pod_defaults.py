"""Default values of pods, pod templates and their containers and volumes, as pkg/apis/core/v1/defaults.go sets them.

Every function changes the object it is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apis.core.resource_amounts import round_resources
from minikube_py.apis.kind import Object

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def set_pod_defaults(pod: Object) -> None:
    """Fill in a Pod: what its template would get, and what only pods get."""
    spec = pod.setdefault("spec", {})
    pod.setdefault("status", {})
    set_pod_spec_defaults(spec)
    spec.setdefault("enableServiceLinks", True)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        _set_requests_to_limits(container["resources"])
        if spec.get("hostNetwork"):
            for port in container.get("ports") or ():
                if not port.get("hostPort"):
                    port["hostPort"] = port.get("containerPort", 0)


def set_template_defaults(template: Object) -> None:
    """Fill in a PodTemplateSpec."""
    metadata = template.setdefault("metadata", {})
    metadata["creationTimestamp"] = metadata.get("creationTimestamp")
    set_pod_spec_defaults(template.setdefault("spec", {}))


def set_pod_spec_defaults(spec: Object) -> None:
    """Fill in a PodSpec wherever it stands."""
    _drop_unset(spec, ("hostNetwork", "hostPID", "hostIPC", "nodeName", "hostname", "subdomain", "priorityClassName"))
    spec.pop("resources", None)  # of a whole pod: the feature PodLevelResources is alpha in 1.33, and off
    spec.setdefault("containers", [])
    for field, value in (("dnsPolicy", "ClusterFirst"), ("restartPolicy", "Always"), ("schedulerName", "default-scheduler")):
        if not spec.get(field):
            spec[field] = value
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    mirror_service_account(spec)
    for container in iterate_containers(spec):
        set_container_defaults(container)
    for volume in spec.get("volumes") or ():
        set_volume_defaults(volume)
    round_resources(spec.get("overhead"))


def mirror_service_account(spec: Object) -> None:
    """Give `serviceAccount`, the old name of `serviceAccountName`, the same value; the new name wins."""
    if name := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = name
    else:
        spec.pop("serviceAccountName", None)
        spec.pop("serviceAccount", None)


def iterate_containers(spec: Object) -> Iterator[Object]:
    """Yield init containers, containers and ephemeral containers of a PodSpec."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def set_container_defaults(container: Object) -> None:
    """Fill in a container of any sort."""
    _drop_unset(
        container, ("stdin", "stdinOnce", "tty", "workingDir", "args", "command", "env", "envFrom", "ports", "volumeMounts")
    )
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = "Always" if _is_latest(container.get("image", "")) else "IfNotPresent"
    if not container.get("terminationMessagePath"):
        container["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        container["terminationMessagePolicy"] = "File"
    resources = container.setdefault("resources", {})
    _drop_unset(resources, ("limits", "requests", "claims"))
    round_resources(resources.get("limits"))
    round_resources(resources.get("requests"))
    for port in container.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        _drop_unset(port, ("hostPort", "hostIP", "name"))
    for variable in container.get("env") or ():
        _drop_unset(variable, ("value",))
        _set_reference_defaults(variable.get("valueFrom") or {})
    for mount in container.get("volumeMounts") or ():
        _drop_unset(mount, ("readOnly", "subPath", "subPathExpr"))
    for probe in PROBES:
        set_probe_defaults(container.get(probe))
    for hook in ("postStart", "preStop"):
        _set_handler_defaults((container.get("lifecycle") or {}).get(hook))


def _drop_unset(obj: Object, fields: tuple[str, ...]) -> None:
    """Take away fields that are written but empty, as a round trip through a struct with `omitempty` does."""
    for field in fields:
        if field in obj and not obj[field]:
            del obj[field]


def _is_latest(image: str) -> bool:
    """Return whether an image reference means the tag `latest`; one with a digest only means no tag."""
    name, at, _ = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag == "latest" or (not tag and not at)


def set_probe_defaults(probe: Object | None) -> None:
    """Fill in a probe, where there is one."""
    if probe is None:
        return
    _drop_unset(probe, ("initialDelaySeconds",))
    for field, value in (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)):
        if not probe.get(field):
            probe[field] = value
    _set_handler_defaults(probe)
    if (grpc := probe.get("grpc")) is not None:
        grpc.setdefault("service", "")


def _set_handler_defaults(handler: Object | None) -> None:
    http = (handler or {}).get("httpGet")
    if http is not None:
        http["path"] = http.get("path") or "/"
        http["scheme"] = http.get("scheme") or "HTTP"


def _set_reference_defaults(source: Object) -> None:
    """Fill in the references of an environment variable or of a file made from the downward API."""
    if (field := source.get("fieldRef")) is not None and not field.get("apiVersion"):
        field["apiVersion"] = "v1"
    if (resource := source.get("resourceFieldRef")) is not None:
        resource.setdefault("divisor", "0")
    for reference in ("configMapKeyRef", "secretKeyRef"):
        if (key := source.get(reference)) is not None:
            _drop_unset(key, ("name",))


def _set_requests_to_limits(resources: Object) -> None:
    """Request what is limited and not requested."""
    if limits := resources.get("limits"):
        resources["requests"] = {**limits, **(resources.get("requests") or {})}


def set_volume_defaults(volume: Object) -> None:
    """Fill in a volume; one without a source is an emptyDir."""
    if not any(key != "name" for key in volume):
        volume["emptyDir"] = {}
    set_source_defaults(volume)
    for item in (volume.get("downwardAPI") or {}).get("items") or ():
        _set_reference_defaults(item)
    for part in (volume.get("projected") or {}).get("sources") or ():
        if (token := part.get("serviceAccountToken")) is not None:
            token.setdefault("expirationSeconds", 3600)
        for item in (part.get("downwardAPI") or {}).get("items") or ():
            _set_reference_defaults(item)
    if (image := volume.get("image")) is not None and not image.get("pullPolicy"):
        image["pullPolicy"] = "Always" if _is_latest(image.get("reference", "")) else "IfNotPresent"
    if (claim := (volume.get("ephemeral") or {}).get("volumeClaimTemplate")) is not None:
        from minikube_py.apis.core.claim_strategy import set_claim_spec_defaults

        claim.setdefault("metadata", {}).setdefault("creationTimestamp", None)
        set_claim_spec_defaults(claim.setdefault("spec", {}))


def set_source_defaults(holder: Object) -> None:
    """Fill in the source of a volume that stands in `holder`: a pod's volume or the spec of a persistent one."""
    for source, default in _VOLUME_DEFAULTS.items():
        if (found := holder.get(source)) is not None:
            for field, value in default.items():
                found.setdefault(field, value)


_VOLUME_DEFAULTS: dict[str, dict[str, Any]] = {
    "secret": {"defaultMode": 0o644},
    "configMap": {"defaultMode": 0o644},
    "downwardAPI": {"defaultMode": 0o644},
    "projected": {"defaultMode": 0o644, "sources": None},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
