"""PodSecurity: what labels of a namespace demand of its pods. https://kubernetes.io/docs/concepts/security/pod-security-admission/"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "PodSecurity"
LABEL = "pod-security.kubernetes.io/"
MODES = ("enforce", "audit", "warn")
LEVELS = ("privileged", "baseline", "restricted")
MAX_PODS = 3000


class Policy(NamedTuple):
    """A level, and the version of Kubernetes whose idea of it is meant."""

    level: str = "privileged"
    version: str = "latest"

    def __str__(self) -> str:
        """Return `restricted:latest`."""
        return f"{self.level}:{self.version}"


def handles(attributes: Attributes) -> bool:
    """New and changed namespaces, pods, and what has a template of pods."""
    if attributes.obj is None:
        return False
    if attributes.kind.plural == "pods" and attributes.old is not None:
        return bool(attributes.old.get("spec") != attributes.obj.get("spec"))
    return attributes.subresource in ("", "ephemeralcontainers", "resize")


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Judge a namespace's labels, or a pod by those of its namespace. Raises Forbidden, Invalid; warns."""
    if attributes.kind.plural == "namespaces":
        _validate_namespace(attributes, server)
        return
    namespace = server.store.get(Key("namespaces", "", attributes.namespace)) or {}
    labels = (namespace.get("metadata") or {}).get("labels") or {}
    if not any(key.startswith(LABEL) for key in labels):
        return
    spec = find_pod_spec(attributes.obj or {})
    if spec is None:
        return
    from minikube_py.apis.core.pod_security import list_violations

    policies, _ = read_policies(labels)
    if attributes.kind.plural == "pods" and (broken := list_violations(spec, policies["enforce"].level)):
        why = f'violates PodSecurity "{policies["enforce"]}": {", ".join(map(str, broken))}'
        raise errors.new_forbidden(attributes.kind.group, attributes.kind.plural, attributes.name, why)
    if broken := list_violations(spec, policies["warn"].level):
        server.warnings.append(f'would violate PodSecurity "{policies["warn"]}": {", ".join(map(str, broken))}')


def find_pod_spec(obj: Object) -> Object | None:
    """Return the spec of a pod, or of the pods that an object makes."""
    spec = obj.get("spec") or {}
    if obj.get("kind") == "Pod":
        return dict(spec)
    if obj.get("kind") == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    template = obj.get("template") if obj.get("kind") == "PodTemplate" else spec.get("template")
    return None if template is None else template.get("spec") or {}


def read_policies(labels: Object) -> tuple[dict[str, Policy], list[FieldError]]:
    """Return the policy of each mode, and what is wrong with labels. What warns is at least what is enforced, unless it is said."""
    policies, problems = {}, []
    for mode in MODES:
        level, version = labels.get(f"{LABEL}{mode}"), labels.get(f"{LABEL}{mode}-version")
        if level is not None and level not in LEVELS:
            problems.append(invalid(f"metadata.labels[{LABEL}{mode}]", level, f"must be one of {', '.join(LEVELS)}"))
            level = "restricted"  # as strict as can be, until somebody says what was meant
        if version is not None and not re.fullmatch(r"latest|v1\.(0|[1-9][0-9]*)", version):
            problems.append(invalid(f"metadata.labels[{LABEL}{mode}-version]", version, 'must be "latest" or "v1.x"'))
            version = "latest"
        policies[mode] = Policy(level or "privileged", version or "latest")
    enforced = policies["enforce"]
    if f"{LABEL}warn" not in labels and LEVELS.index(enforced.level) > LEVELS.index(policies["warn"].level):
        policies["warn"] = enforced
    return policies, problems


def _validate_namespace(attributes: Attributes, server: ApiServer) -> None:
    new, old = (((obj or {}).get("metadata") or {}).get("labels") or {} for obj in (attributes.obj, attributes.old))
    if not any(key.startswith(LABEL) for key in new):
        return
    (policies, problems), (before, known) = read_policies(new), read_policies(old)
    if problems and (attributes.old is None or problems != known):
        raise errors.new_invalid("", "Namespace", attributes.name, problems)
    enforced, earlier = policies["enforce"], before["enforce"]
    is_laxer = enforced.version == earlier.version and LEVELS.index(enforced.level) <= LEVELS.index(earlier.level)
    if attributes.old is None or enforced == earlier or enforced.level == "privileged" or is_laxer:
        return
    server.warnings += _tell_of_pods(attributes.name, enforced, server)


def _tell_of_pods(namespace: str, policy: Policy, server: ApiServer) -> list[str]:
    """Return which pods of a namespace break its new policy, those that do so alike together."""
    from minikube_py.apis.core.pod_security import list_violations

    alike: dict[str, list[str]] = {}
    for pod in server.store.list(Query("pods", namespace, limit=MAX_PODS)).items:
        if broken := list_violations(pod["spec"], policy.level):
            alike.setdefault(", ".join(violation.reason for violation in broken), []).append(pod["metadata"]["name"])
    if not alike:
        return []
    head = f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{policy}"'
    told = []
    for reasons, names in alike.items():
        others = len(names) - 1
        more = f" (and {others} other pod{'s' if others > 1 else ''})" if others else ""
        told.append(f"{names[0]}{more}: {reasons}")
    return [head, *sorted(told)]
