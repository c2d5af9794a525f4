"""Secret: https://kubernetes.io/docs/concepts/configuration/secret/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required, too_long
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.field_checks import check_immutable
from minikube_py.apis.kind import Column, Kind, Object

MAX_BYTES = 1024 * 1024
ACCOUNT_NAME = "kubernetes.io/service-account.name"
_FROZEN = "field is immutable when `immutable` is set"
_REQUIRED = {"kubernetes.io/tls": ("tls.crt", "tls.key"), "kubernetes.io/ssh-auth": ("ssh-privatekey",)}
_DOCKER = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}


def set_defaults(secret: Object) -> None:
    """Make it Opaque unless it says otherwise, and put what was given as text among the data."""
    secret["type"] = secret.get("type") or "Opaque"
    texts = secret.pop("stringData", None)
    if texts:
        from base64 import b64encode

        secret["data"] = {
            **(secret.get("data") or {}),
            **{key: b64encode(text.encode()).decode() for key, text in texts.items()},
        }


def validate(secret: Object) -> list[FieldError]:
    """Check keys, size, and what its type requires."""
    from minikube_py.apimachinery.names import is_config_map_key

    data = secret.get("data") or {}
    errors = [invalid(f"data[{key}]", key, message) for key in data for message in is_config_map_key(key)]
    if sum(len(value) * 3 // 4 - value[-2:].count("=") for value in data.values()) > MAX_BYTES:
        errors.append(too_long("data", MAX_BYTES))
    return errors + _validate_type(secret, data)


def _validate_type(secret: Object, data: dict[str, str]) -> list[FieldError]:
    kind = secret.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        named = (secret["metadata"].get("annotations") or {}).get(ACCOUNT_NAME)
        return [] if named else [required(f"metadata.annotations[{ACCOUNT_NAME}]")]
    if kind == "kubernetes.io/basic-auth":
        return [] if "username" in data or "password" in data else [required("data[username]"), required("data[password]")]
    if kind in _DOCKER:
        return _validate_docker(data, _DOCKER[kind])
    must_be_filled = kind == "kubernetes.io/ssh-auth"
    return [
        required(f"data[{key}]") for key in _REQUIRED.get(kind, ()) if key not in data or (must_be_filled and not data[key])
    ]


def _validate_docker(data: dict[str, str], key: str) -> list[FieldError]:
    if key not in data:
        return [required(f"data[{key}]")]
    from base64 import b64decode

    from minikube_py.apis.core.go_json import find_json_error

    why = find_json_error(b64decode(data[key]))
    return [invalid(f"data[{key}]", "<secret contents redacted>", why)] if why else []


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse another type, and any change of an immutable secret."""
    errors = check_immutable("type", new.get("type"), old.get("type"))
    if old.get("immutable"):
        if not new.get("immutable"):
            errors.append(forbidden("immutable", _FROZEN))
        if new.get("data") != old.get("data"):
            errors.append(forbidden("data", _FROZEN))
    return errors + validate(new)


KIND = Kind(
    group="",
    version="v1",
    kind="Secret",
    plural="secrets",
    singular="secret",
    schema="io.k8s.api.core.v1.Secret",
    status=False,
    columns=(
        NAME,
        Column("Type", lambda secret, now: secret.get("type") or ""),
        Column("Data", lambda secret, now: len(secret.get("data") or ()), type="string"),
        AGE,
    ),
    selectable={"type": lambda secret: secret.get("type") or ""},
    set_defaults=set_defaults,
    validate=validate,
    validate_update=validate_update,
)
