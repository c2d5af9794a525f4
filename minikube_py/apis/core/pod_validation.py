"""Rules for pods and pod specs: the order and the words of ValidatePodSpec in pkg/apis/core/validation."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import inclusive_range_error, is_dns1123_label, is_dns1123_subdomain, is_valid_ip
from minikube_py.apimachinery.validation_meta import validate_labels
from minikube_py.apis.core.container_validation import (
    PodContext,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from minikube_py.apis.core.resource_validation import validate_container_resource_name, validate_resource_amount
from minikube_py.apis.core.scheduling_validation import (
    validate_affinity,
    validate_named_list,
    validate_spread_constraints,
    validate_tolerations,
)
from minikube_py.apis.core.security_validation import validate_host_users, validate_pod_security
from minikube_py.apis.core.volume_validation import validate_volumes
from minikube_py.apis.field_checks import MAX_INT32, check_by, check_one_of, unsupported
from minikube_py.apis.kind import Object

RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def validate_pod(pod: Object) -> list[FieldError]:
    """Return what is wrong with a new pod."""
    spec = pod.get("spec") or {}
    errors = validate_stored_pod(pod)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("schedulingGates") and spec.get("nodeName"):
        errors.append(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    return errors


def validate_stored_pod(pod: Object) -> list[FieldError]:
    """Return what is wrong with any pod, new or changed."""
    spec = pod.get("spec") or {}
    errors = validate_pod_spec(spec, "spec", is_pod=True)
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(kind) or ()):
            image = container.get("image", "")
            if image != image.strip():
                errors.append(invalid(f"spec.{kind}[{index}].image", image, "must not have leading or trailing whitespace"))
    return errors


def validate_pod_spec(spec: Object, field: str, *, is_pod: bool = False) -> list[FieldError]:
    """Return what is wrong with the PodSpec at `field`."""
    volumes = spec.get("volumes") or []
    pod = PodContext({v.get("name", ""): v for v in volumes}, spec.get("terminationGracePeriodSeconds"), field)
    errors = validate_volumes(volumes, f"{field}.volumes")
    errors += validate_containers(spec.get("containers") or [], pod)
    errors += validate_init_containers(spec, pod)
    errors += validate_ephemeral_containers(spec, pod)
    errors += check_one_of(f"{field}.restartPolicy", spec.get("restartPolicy") or "", RESTART_POLICIES)
    errors += check_one_of(f"{field}.dnsPolicy", spec.get("dnsPolicy") or "", _DNS_POLICIES)
    errors += validate_labels(spec.get("nodeSelector"), f"{field}.nodeSelector")
    errors += validate_pod_security(spec, field, is_pod=is_pod)
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            errors.append(required(f"{field}.imagePullSecrets[{index}].name"))
    errors += validate_affinity(spec.get("affinity") or {}, f"{field}.affinity")
    errors += _validate_dns(spec, f"{field}.dnsConfig")
    errors += validate_named_list(spec.get("readinessGates") or [], "conditionType", f"{field}.readinessGates")
    errors += validate_named_list(spec.get("schedulingGates") or [], "name", f"{field}.schedulingGates")
    errors += validate_spread_constraints(spec.get("topologySpreadConstraints") or [], f"{field}.topologySpreadConstraints")
    errors += validate_host_users(spec, field)
    errors += _validate_scalars(spec, field)
    errors += validate_tolerations(spec.get("tolerations") or [], f"{field}.tolerations")
    errors += _validate_host_aliases(spec.get("hostAliases") or [], f"{field}.hostAliases")
    return errors + _validate_policies(spec, field)


def _validate_scalars(spec: Object, field: str) -> list[FieldError]:
    errors = []
    for name, rule in (
        ("serviceAccountName", is_dns1123_subdomain),
        ("nodeName", is_dns1123_subdomain),
        ("hostname", is_dns1123_label),
        ("subdomain", is_dns1123_label),
    ):
        if value := spec.get(name):
            errors += check_by(f"{field}.{name}", value, rule)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MAX_INT32:
        errors.append(invalid(f"{field}.activeDeadlineSeconds", deadline, inclusive_range_error(1, MAX_INT32)))
    return errors


def _validate_policies(spec: Object, field: str) -> list[FieldError]:
    errors = []
    for name in ("priorityClassName", "runtimeClassName"):
        if value := spec.get(name):
            errors += check_by(f"{field}.{name}", value, is_dns1123_subdomain)
    if (policy := spec.get("preemptionPolicy")) not in (None, "Never", "PreemptLowerPriority"):
        errors.append(unsupported(f"{field}.preemptionPolicy", policy, ("PreemptLowerPriority", "Never")))
    for name, amount in (spec.get("overhead") or {}).items():
        path = f"{field}.overhead[{name}]"
        errors += validate_container_resource_name(name, path) + validate_resource_amount(name, amount, path)
    if (system := spec.get("os")) is not None:
        errors += check_one_of(f"{field}.os.name", system.get("name") or "", ("linux", "windows"))
    return errors


def _validate_dns(spec: Object, field: str) -> list[FieldError]:
    config = spec.get("dnsConfig")
    if config is None:
        if spec.get("dnsPolicy") == "None":
            return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is "None"')]
        return []
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    errors = []
    if spec.get("dnsPolicy") == "None" and not servers:
        errors.append(required(f"{field}.nameservers", 'must provide at least one DNS nameserver when `dnsPolicy` is "None"'))
    if len(servers) > 3:
        errors.append(invalid(f"{field}.nameservers", servers, "must not have more than 3 nameservers"))
    for index, server in enumerate(servers):
        errors += check_by(f"{field}.nameservers[{index}]", server, is_valid_ip)
    if len(searches) > 32:
        errors.append(invalid(f"{field}.searches", searches, "must not have more than 32 search paths"))
    for index, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".").replace("_", "-")  # RelaxedDNSSearchValidation lets underscores pass
            errors += [invalid(f"{field}.searches[{index}]", search, message) for message in is_dns1123_subdomain(name)]
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            errors.append(required(f"{field}.options[{index}]", "must not be empty"))
    return errors


def _validate_host_aliases(aliases: list[Object], field: str) -> list[FieldError]:
    errors = []
    for index, alias in enumerate(aliases):
        errors += check_by(f"{field}[{index}].ip", alias.get("ip", ""), is_valid_ip)
        for number, name in enumerate(alias.get("hostnames") or ()):
            errors += check_by(f"{field}[{index}].hostnames[{number}]", name, is_dns1123_subdomain)
    return errors
