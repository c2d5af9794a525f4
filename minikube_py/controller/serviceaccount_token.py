"""serviceaccount-token-controller: fills secrets that hold a service account's token, and ends them with the account.

Upstream: pkg/controller/serviceaccount/tokens_controller.go.
"""

from __future__ import annotations

import base64
from typing import Any

from minikube_py.apimachinery.errors import Conflict, NotFound
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import SECRETS, SERVICE_ACCOUNTS

Object = dict[str, Any]
TYPE = "kubernetes.io/service-account-token"
NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"


class TokensController:
    """Reconciles one secret. `settings` hold the CA's certificate as "ca" and what makes tokens as "make_legacy_token"."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Give the secret its token, or delete it where its account is not there."""
        secret = self._context.lister(SECRETS).get(*key)
        if secret is None or secret.get("type") != TYPE or secret["metadata"].get("deletionTimestamp"):
            return Result()
        annotations = secret["metadata"].get("annotations") or {}
        account = self._context.lister(SERVICE_ACCOUNTS).get(key.namespace, annotations.get(NAME, ""))
        if account is None or annotations.get(UID, account["metadata"]["uid"]) != account["metadata"]["uid"]:
            self._delete(secret)
            return Result()
        new = self._fill(secret, account)
        if new != secret:
            self._context.client.update(SECRETS, new)
        return Result()

    def _delete(self, secret: Object) -> None:
        metadata = secret["metadata"]
        options = {"preconditions": {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}}
        try:
            self._context.client.delete(SECRETS, metadata["name"], metadata["namespace"], options)
        except (NotFound, Conflict):
            return

    def _fill(self, secret: Object, account: Object) -> Object:
        new = deep_copy(secret)
        metadata, data = new["metadata"], new.get("data") or {}
        data["ca.crt"] = _encode(self._context.settings["ca"])
        data["namespace"] = _encode(metadata["namespace"])
        if not data.get("token"):
            data["token"] = _encode(self._context.settings["make_legacy_token"](account, metadata["name"]))
        new["data"] = data
        metadata["annotations"] = {**metadata["annotations"], UID: account["metadata"]["uid"]}
        return new


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _secrets_of(account: Object, context: Context) -> list[Key]:
    metadata = account["metadata"]
    return [
        Key(metadata["namespace"], secret["metadata"]["name"])
        for secret in context.lister(SECRETS).list(metadata["namespace"])
        if (secret["metadata"].get("annotations") or {}).get(NAME) == metadata["name"]
    ]


CONTROLLER = Controller("serviceaccount-token", (Watch(SECRETS), Watch(SERVICE_ACCOUNTS, _secrets_of)), TokensController)
