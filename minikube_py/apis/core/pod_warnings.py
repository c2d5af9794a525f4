"""What the API server warns of in pods and pod templates, without refusing them."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.addresses import warn_of_ip
from minikube_py.apimachinery.errors import format_value
from minikube_py.apimachinery.names import is_valid_label_value
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.node_labels import OLD_NODE_LABELS, warn_of_node_term
from minikube_py.apis.core.pod_annotations import APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD
from minikube_py.apis.core.port_warnings import warn_of_ports
from minikube_py.apis.core.scheduling_validation import PREFERRED, REQUIRED
from minikube_py.apis.core.volume_warnings import warn_of_overlaps, warn_of_volumes
from minikube_py.apis.core.windows_validation import visit_containers
from minikube_py.apis.kind import Object

_OLD_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_OLD_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_OLD_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead'
_NO_POD = "a null labelSelector results in matching no pod"
_BYTES = ("memory", "ephemeral-storage")


def warn_about_pod(pod: Object) -> list[str]:
    """Return the warnings about a Pod."""
    return list(_warn(pod, ""))


def warn_about_template(template: Object | None, field: str = "spec.template") -> list[str]:
    """Return the warnings about the PodTemplateSpec at `field`."""
    return list(_warn(template, f"{field}.")) if template else []


def _warn(holder: Object, prefix: str) -> Iterator[str]:
    spec, field = holder.get("spec") or {}, f"{prefix}spec"
    annotations = (holder.get("metadata") or {}).get("annotations") or {}
    yield from _warn_of_nodes(spec, field)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        path = f"{field}.topologySpreadConstraints[{index}]"
        if message := OLD_NODE_LABELS.get(constraint.get("topologyKey", "")):
            yield f"{path}.topologyKey: {constraint['topologyKey']} is {message}"
        if constraint.get("labelSelector") is None:
            yield f"{path}.labelSelector: {_NO_POD}"
    for key, message in _OLD_ANNOTATIONS.items():
        if key in annotations:
            yield f"{prefix}metadata.annotations[{key}]: {message}"
    yield from warn_of_volumes(spec.get("volumes") or [], f"{field}.volumes")
    yield from warn_of_overlaps(spec.get("volumes") or [])
    yield from _warn_of_names(spec, field)
    yield from _warn_of_fractions(spec.get("overhead") or {}, f"{field}.overhead")
    yield from _warn_of_profiles(annotations, spec, prefix)
    for container, path in visit_containers(spec, field):
        for name in _BYTES:
            for way in ("limits", "requests"):
                amounts = (container.get("resources") or {}).get(way) or {}
                yield from _warn_of_fractions({k: v for k, v in amounts.items() if k == name}, f"{path}.resources.{way}")
        yield from _warn_of_variables(container.get("env") or [], f"{path}.env")
    yield from warn_of_ports(spec, field)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
    yield from _warn_of_affinity(spec.get("affinity") or {}, f"{field}.affinity")
    for index, server in enumerate((spec.get("dnsConfig") or {}).get("nameservers") or ()):
        yield from warn_of_ip(f"{field}.dnsConfig.nameservers[{index}]", server)
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        yield from warn_of_ip(f"{field}.hostAliases[{index}].ip", alias.get("ip", ""))


def _warn_of_nodes(spec: Object, field: str) -> Iterator[str]:
    for key in spec.get("nodeSelector") or {}:
        if message := OLD_NODE_LABELS.get(key):
            yield f"{field}.nodeSelector[{key}]: {message}"
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    path = f"{field}.affinity.nodeAffinity"
    for index, term in enumerate((affinity.get(REQUIRED) or {}).get("nodeSelectorTerms") or ()):
        yield from warn_of_node_term(term, f"{path}.{REQUIRED}.nodeSelectorTerms[{index}]")
    for index, weighted in enumerate(affinity.get(PREFERRED) or ()):
        term, place = weighted.get("preference") or {}, f"{path}.{PREFERRED}[{index}].preference"
        yield from warn_of_node_term(term, place)
        for number, expression in enumerate(term.get("matchExpressions") or ()):
            for i, value in enumerate(expression.get("values") or ()):
                for why in is_valid_label_value(value):
                    yield f"{place}.matchExpressions[{number}].values[{i}]: {value} is invalid, {why}"


def _warn_of_affinity(affinity: Object, field: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(kind) or {}
        for index, term in enumerate(terms.get(REQUIRED) or ()):
            if term.get("labelSelector") is None:
                yield f"{field}.{kind}.{REQUIRED}[{index}].labelSelector: {_NO_POD}"
        for index, weighted in enumerate(terms.get(PREFERRED) or ()):
            if (weighted.get("podAffinityTerm") or {}).get("labelSelector") is None:
                yield f"{field}.{kind}.{PREFERRED}[{index}].podAffinityTerm.labelSelector: {_NO_POD}"


def _warn_of_names(spec: Object, field: str) -> Iterator[str]:
    """Warn of addresses of hostAliases and names of imagePullSecrets that stand there twice, and of names that are empty."""
    yield from _warn_of_twice([a.get("ip", "") for a in spec.get("hostAliases") or ()], f"{field}.hostAliases", "ip")
    names = [secret.get("name", "") for secret in spec.get("imagePullSecrets") or ()]
    yield from _warn_of_twice(names, f"{field}.imagePullSecrets", "name")
    for index, name in enumerate(names):
        if not name:
            yield f'{field}.imagePullSecrets[{index}].name: invalid empty name ""'


def _warn_of_twice(values: list[str], field: str, what: str) -> Iterator[str]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield f"{field}[{index}].{what}: duplicate {what} {format_value(value)}"


def _warn_of_fractions(amounts: Object, field: str) -> Iterator[str]:
    for name in _BYTES:
        if name in amounts and (amount := parse_quantity(amounts[name])).milli_value() % 1000:
            yield f'{field}[{name}]: fractional byte value "{amount}" is invalid, must be an integer'


def _warn_of_profiles(annotations: dict[str, str], spec: Object, prefix: str) -> Iterator[str]:
    """Warn of security profiles that are named by annotations only. Of AppArmor's in pods nothing is said here."""
    pod, path = spec.get("securityContext") or {}, f"{prefix}metadata.annotations"
    if SECCOMP_POD in annotations and pod.get("seccompProfile") is None:
        yield f"{path}[{SECCOMP_POD}]: {_OLD_SECCOMP}"
    for container, _ in visit_containers(spec, ""):
        own, name = container.get("securityContext") or {}, container.get("name", "")
        if SECCOMP_CONTAINER + name in annotations and own.get("seccompProfile") is None:
            yield f"{path}[{SECCOMP_CONTAINER}{name}]: {_OLD_SECCOMP}"
        has_field = pod.get("appArmorProfile") is not None or own.get("appArmorProfile") is not None
        if prefix and APP_ARMOR + name in annotations and not has_field:
            yield f"{path}[{APP_ARMOR}{name}]: {_OLD_APP_ARMOR}"


def _warn_of_variables(variables: list[Object], field: str) -> Iterator[str]:
    """Warn of a variable that is set twice, unless the second value is made from the first."""
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        name, value = variable.get("name", ""), variable.get("value") or ""
        reference = f"$({name})"
        is_made_from_it = variable.get("valueFrom") is None and reference in value and value != reference
        if name in seen and not is_made_from_it:
            quoted = format_value(name)
            yield f"{field}[{index}]: hides previous definition of {quoted}, which may be dropped when using apply"
        seen.add(name)
