"""Rules for the annotations of pods and pod templates that mean something: mirror pods, deletion costs, old security profiles."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, format_value, invalid
from minikube_py.apis.core.paths import validate_descending_path
from minikube_py.apis.core.windows_validation import visit_containers
from minikube_py.apis.field_checks import MAX_INT32
from minikube_py.apis.kind import Object

MIRROR = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_MUST_MATCH = "{} in annotation and field must match"


def validate_pod_annotations(annotations: dict[str, str] | None, spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the annotations at `field` of a pod or template with `spec`."""
    held = annotations or {}
    errors = []
    if MIRROR in held and not spec.get("nodeName"):
        why = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid(f"{field}[{MIRROR}]", held[MIRROR], why))
    if DELETION_COST in held and not _is_int32(held[DELETION_COST]):
        errors.append(invalid(f"{field}[{DELETION_COST}]", held[DELETION_COST], "must be a 32bit integer"))
    for key, value in held.items():
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            errors += _validate_seccomp(value, f"{field}.{key}")
    names = {container.get("name") for container, _ in visit_containers(spec, "")}
    for key, value in held.items():
        if key.startswith(APP_ARMOR):
            errors += _validate_app_armor(value, key.removeprefix(APP_ARMOR), names, f"{field}[{key}]")
    return errors


def _is_int32(text: str) -> bool:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (text[0] == "0" and text != "0"):
        return False
    return -MAX_INT32 - 1 <= int(text) <= MAX_INT32


def _validate_seccomp(profile: str, field: str) -> list[FieldError]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return validate_descending_path(profile.removeprefix("localhost/"), field)
    return [invalid(field, profile, "must be a valid seccomp profile")]


def _validate_app_armor(profile: str, container: str, names: set[str | None], field: str) -> list[FieldError]:
    errors = [] if container in names else [invalid(field, container, "container not found")]
    if profile in ("", "runtime/default", "unconfined") or profile.startswith("localhost/"):
        return errors
    return [*errors, invalid(field, profile, f"invalid AppArmor profile name: {format_value(profile)}")]


def check_profile_annotations(metadata: Object, spec: Object, field: str) -> list[FieldError]:
    """Return where annotations of old times and security contexts of a new pod or template say different things."""
    annotations = metadata.get("annotations") or {}
    errors = []
    pod = spec.get("securityContext") or {}
    if SECCOMP_POD in annotations:
        errors += _compare(annotations[SECCOMP_POD], pod.get("seccompProfile"), f"{field}.securityContext.seccompProfile")
    containers = list(visit_containers(spec, field))
    for container, path in containers:
        key, own = SECCOMP_CONTAINER + container.get("name", ""), container.get("securityContext") or {}
        if key in annotations:
            errors += _compare(annotations[key], own.get("seccompProfile"), f"{path}.securityContext.seccompProfile")
    if (spec.get("os") or {}).get("name") == "windows":
        return errors
    for container, path in containers:
        key, own = APP_ARMOR + container.get("name", ""), container.get("securityContext") or {}
        if key in annotations:
            profile = own.get("appArmorProfile") or pod.get("appArmorProfile")
            errors += _compare(annotations[key], profile, f"{path}.securityContext.appArmorProfile", word="apparmor")
    return errors


def _compare(annotation: str, profile: Object | None, field: str, word: str = "seccomp") -> list[FieldError]:
    kind = (profile or {}).get("type")
    default = ("runtime/default", "docker/default") if word == "seccomp" else ("runtime/default",)
    allowed: dict[str | None, tuple[str, ...]] = {"Unconfined": ("unconfined",), "RuntimeDefault": default}
    if kind in allowed and annotation not in allowed[kind]:
        return [forbidden(f"{field}.type", _MUST_MATCH.format(f"{word} type"))]
    if kind != "Localhost" or profile is None:
        return []
    if not annotation.startswith("localhost/"):
        return [forbidden(f"{field}.type", _MUST_MATCH.format(f"{word} type"))]
    if annotation.removeprefix("localhost/") != profile.get("localhostProfile"):
        return [forbidden(f"{field}.localhostProfile", _MUST_MATCH.format(f"{word} profile"))]
    return []


def check_annotation_updates(new: Object, old: Object, field: str = "metadata.annotations") -> list[FieldError]:
    """Return what forbids a change of the annotations that only a new pod may bring."""
    after, before = new["metadata"].get("annotations") or {}, old["metadata"].get("annotations") or {}
    errors = []
    for key, value in before.items():
        if after.get(key) != value:
            errors += _refuse(key, f"{field}[{key}]", "remove or update")
    for key in after:
        if key not in before:
            errors += _refuse(key, f"{field}[{key}]", "add")
    return errors


def _refuse(key: str, field: str, what: str) -> list[FieldError]:
    if key.startswith(APP_ARMOR):
        return [forbidden(field, f"may not {what} AppArmor annotations")]
    return [forbidden(field, f"may not {what} mirror pod annotation")] if key == MIRROR else []
