"""Rules for pods and pod specs: the order and the words of ValidatePodSpec in pkg/apis/core/validation."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.names import (
    inclusive_range_error,
    is_dns1123_label,
    is_dns1123_subdomain,
    is_dns1123_subdomain_with_underscore,
    is_valid_ip,
)
from minikube_py.apimachinery.validation_meta import validate_labels
from minikube_py.apis.core.container_validation import (
    PodContext,
    check_image_spaces,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from minikube_py.apis.core.pod_annotations import check_profile_annotations, validate_pod_annotations
from minikube_py.apis.core.resource_validation import validate_container_resources
from minikube_py.apis.core.scheduling_validation import (
    validate_affinity,
    validate_named_list,
    validate_spread_constraints,
    validate_tolerations,
)
from minikube_py.apis.core.security_validation import check_host_network_ports, validate_host_users, validate_pod_security
from minikube_py.apis.core.volume_validation import validate_volumes
from minikube_py.apis.core.windows_validation import validate_host_process, validate_os
from minikube_py.apis.field_checks import MAX_INT32, GoValueError, check_by, check_one_of
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
_MAX_SERVERS = 3
_MAX_SEARCHES = 32
_MAX_SEARCH_CHARACTERS = 2048
_CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")


def validate_pod(pod: Object) -> list[FieldError]:
    """Return what is wrong with a new pod."""
    spec = pod.get("spec") or {}
    errors = validate_stored_pod(pod)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("schedulingGates") and spec.get("nodeName"):
        errors.append(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    return errors + check_profile_annotations(pod.get("metadata") or {}, spec, "spec")


def validate_stored_pod(pod: Object) -> list[FieldError]:
    """Return what is wrong with any pod, new or changed."""
    spec, metadata = pod.get("spec") or {}, pod.get("metadata") or {}
    errors = validate_pod_annotations(metadata.get("annotations"), spec, "metadata.annotations")
    errors += validate_pod_spec(spec, "spec", pod_name=metadata.get("name", ""), is_pod=True)
    errors += [] if spec.get("serviceAccountName") else _forbid_tokens(spec)
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            errors += check_image_spaces(container, f"spec.{kind}[{index}]")
    return errors


def _forbid_tokens(spec: Object) -> list[FieldError]:
    return [
        forbidden(
            f"spec.volumes[{index}].projected.sources[{number}].serviceAccountToken",
            "must not be specified when serviceAccountName is not set",
        )
        for index, volume in enumerate(spec.get("volumes") or ())
        for number, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if source.get("serviceAccountToken") is not None
    ]


def validate_pod_spec(spec: Object, field: str, *, pod_name: str = "", is_pod: bool = False) -> list[FieldError]:
    """Return what is wrong with the PodSpec at `field`; `pod_name` is "" for templates."""
    volumes, errors = validate_volumes(spec.get("volumes") or [], f"{field}.volumes", pod_name)
    pod = PodContext(spec, field, volumes)
    errors += _validate_resource_claims(spec.get("resourceClaims") or [], f"{field}.resourceClaims")
    errors += validate_containers(spec.get("containers") or [], pod)
    errors += validate_init_containers(pod)
    errors += validate_ephemeral_containers(pod)
    errors += check_host_network_ports(spec, field, is_pod=is_pod)
    errors += check_one_of(f"{field}.restartPolicy", spec.get("restartPolicy") or "", RESTART_POLICIES)
    errors += check_one_of(f"{field}.dnsPolicy", spec.get("dnsPolicy") or "", _DNS_POLICIES)
    errors += validate_labels(spec.get("nodeSelector"), f"{field}.nodeSelector")
    errors += validate_pod_security(spec, field)
    errors += validate_affinity(spec.get("affinity") or {}, f"{field}.affinity")
    errors += _validate_dns(spec, f"{field}.dnsConfig")
    errors += validate_named_list(spec.get("readinessGates") or [], "conditionType", f"{field}.readinessGates")
    errors += validate_named_list(spec.get("schedulingGates") or [], "name", f"{field}.schedulingGates")
    errors += validate_spread_constraints(spec.get("topologySpreadConstraints") or [], f"{field}.topologySpreadConstraints")
    errors += validate_host_process(spec, field)
    errors += validate_host_users(spec, field)
    errors += _validate_scalars(spec, field)
    errors += validate_tolerations(spec.get("tolerations") or [], f"{field}.tolerations")
    errors += _validate_host_aliases(spec.get("hostAliases") or [], f"{field}.hostAliases")
    errors += _validate_policies(spec, field)
    return errors + validate_os(spec, field)


def _validate_resource_claims(claims: list[Object], field: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, claim in enumerate(claims):
        path, name = f"{field}[{index}]", claim.get("name") or ""
        if not name:
            errors.append(required(f"{path}.name"))
        elif name in names:
            errors.append(duplicate(f"{path}.name", name))
        else:
            errors += check_by(f"{path}.name", name, is_dns1123_label)
            names.add(name)
        sources = [source for source in _CLAIM_SOURCES if claim.get(source) is not None]
        if len(sources) != 1:
            both = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            why = both if sources else "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            errors.append(GoValueError("FieldValueInvalid", path, show_go("core.PodResourceClaim", claim), why))
        for source in sources:
            errors += check_by(f"{path}.{source}", claim[source], is_dns1123_subdomain)
    return errors


def _validate_scalars(spec: Object, field: str) -> list[FieldError]:
    errors = []
    for name in ("serviceAccountName", "nodeName"):
        if value := spec.get(name):
            errors += check_by(f"{field}.{name}", value, is_dns1123_subdomain)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MAX_INT32:
        errors.append(invalid(f"{field}.activeDeadlineSeconds", deadline, inclusive_range_error(1, MAX_INT32)))
    for name in ("hostname", "subdomain"):
        if value := spec.get(name):
            errors += check_by(f"{field}.{name}", value, is_dns1123_label)
    return errors


def _validate_policies(spec: Object, field: str) -> list[FieldError]:
    errors = []
    if value := spec.get("priorityClassName"):
        errors += check_by(f"{field}.priorityClassName", value, is_dns1123_subdomain)
    if (value := spec.get("runtimeClassName")) is not None:
        errors += check_by(f"{field}.runtimeClassName", value, is_dns1123_subdomain)
    if (policy := spec.get("preemptionPolicy")) is not None:
        errors += check_one_of(f"{field}.preemptionPolicy", policy, _PREEMPTION_POLICIES)
    return errors + validate_container_resources({"limits": spec.get("overhead")}, f"{field}.overhead")


def _validate_dns(spec: Object, field: str) -> list[FieldError]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{field}.nameservers", why)]
    servers = (config or {}).get("nameservers") or []
    errors: list[FieldError] = []
    if len(servers) > _MAX_SERVERS:
        why = f"must not have more than {_MAX_SERVERS} nameservers"
        errors.append(GoValueError("FieldValueInvalid", f"{field}.nameservers", format_go_strings(servers), why))
    for index, server in enumerate(servers):
        errors += check_by(f"{field}.nameservers[{index}]", server, is_valid_ip)
    errors += _validate_searches((config or {}).get("searches") or [], f"{field}.searches")
    for index, option in enumerate((config or {}).get("options") or ()):
        if not option.get("name"):
            errors.append(required(f"{field}.options[{index}]", "must not be empty"))
    return errors


def _validate_searches(searches: list[str], field: str) -> list[FieldError]:
    problems = []
    if len(searches) > _MAX_SEARCHES:
        problems.append(f"must not have more than {_MAX_SEARCHES} search paths")
    if len(" ".join(searches).encode()) > _MAX_SEARCH_CHARACTERS:
        limit = f"{_MAX_SEARCH_CHARACTERS} characters (including spaces)"
        problems.append(f"must not have more than {limit} in the search list")
    shown = format_go_strings(searches)
    errors: list[FieldError] = [GoValueError("FieldValueInvalid", field, shown, why) for why in problems]
    for index, search in enumerate(searches):
        if search != ".":
            errors += check_by(f"{field}[{index}]", search.removesuffix("."), is_dns1123_subdomain_with_underscore)
    return errors


def _validate_host_aliases(aliases: list[Object], field: str) -> list[FieldError]:
    errors = []
    for index, alias in enumerate(aliases):
        errors += check_by(f"{field}[{index}].ip", alias.get("ip", ""), is_valid_ip)
        for number, name in enumerate(alias.get("hostnames") or ()):
            errors += check_by(f"{field}[{index}].hostnames[{number}]", name, is_dns1123_subdomain)
    return errors
