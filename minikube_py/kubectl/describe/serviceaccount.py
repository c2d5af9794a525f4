"""Service accounts, with their secrets and tokens."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.resources import SECRETS
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_head
from minikube_py.kubectl.describe.secret import TOKEN_TYPE
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

NAME_ANNOTATION = "kubernetes.io/service-account.name"
UID_ANNOTATION = "kubernetes.io/service-account.uid"
TITLE_WIDTH = len("Image pull secrets:")


def describe(obj: Object, context: Context) -> None:
    """Write a service account."""
    writer = context.writer
    secrets = _list_secrets(obj["metadata"].get("namespace", ""), context)
    existing = None if secrets is None else {secret["metadata"]["name"] for secret in secrets}
    tokens = [secret["metadata"]["name"] for secret in secrets or () if _is_token_of(secret, obj)]
    write_head(obj, writer)
    _write_names("Image pull secrets", _names(obj.get("imagePullSecrets")), existing, writer)
    _write_names("Mountable secrets", _names(obj.get("secrets")), existing, writer)
    _write_names("Tokens", tokens, existing, writer)
    write_events_of(obj, context)


def _list_secrets(namespace: str, context: Context) -> list[Object] | None:
    """Return the secrets of a namespace, None where they cannot be seen."""
    try:
        return context.list(SECRETS, namespace)
    except StatusError:
        return None


def _is_token_of(secret: Object, account: Object) -> bool:
    annotations = secret["metadata"].get("annotations") or {}
    owner = (account["metadata"]["name"], account["metadata"].get("uid", ""))
    return secret.get("type") == TOKEN_TYPE and (annotations.get(NAME_ANNOTATION), annotations.get(UID_ANNOTATION, "")) == owner


def _names(references: list[Object] | None) -> list[str]:
    return [reference.get("name", "") for reference in references or ()]


def _write_names(title: str, names: list[str], existing: set[str] | None, writer: Writer) -> None:
    prefix = f"{title}:".ljust(TITLE_WIDTH)
    for name in names or [NONE]:
        missing = " (not found)" if names and existing is not None and name not in existing else ""
        writer.write(0, f"{prefix}\t{name}{missing}\n")
        prefix = " " * TITLE_WIDTH
