"""csrsigning: signs what was approved for Kubernetes' own signers. Upstream: pkg/controller/certificates/signer."""

from __future__ import annotations

import base64
from typing import Any, Protocol

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.certificates.requests import (
    CLIENT,
    KUBELET_CLIENT,
    KUBELET_SERVING,
    LEGACY,
    find_fault,
    has_condition,
    parse_request,
)
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CERTIFICATE_SIGNING_REQUESTS

Object = dict[str, Any]
SIGNERS = (CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY)


class Authority(Protocol):
    """Who signs: `cmd` sets one as settings["authority"]."""

    def sign_request(self, csr: Object, now: float) -> bytes: ...


class Signer:
    """Reconciles one certificate signing request."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Write the certificate, or why there will be none."""
        csr = self._context.lister(CERTIFICATE_SIGNING_REQUESTS).get("", key.name)
        if csr is None or not is_due(csr):
            return Result()
        new = deep_copy(csr)
        if fault := find_fault(csr, parse_request(csr)):
            condition = {"type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": fault}
            new["status"]["conditions"].append(condition)
        else:
            authority: Authority = self._context.settings["authority"]
            pem = authority.sign_request(csr, self._context.clock.now())
            new["status"]["certificate"] = base64.b64encode(pem).decode()
        self._context.client.update(CERTIFICATE_SIGNING_REQUESTS, new, "status")
        return Result()


def is_due(csr: Object) -> bool:
    """Return whether a request was approved for one of our signers, and nothing has come of it yet."""
    decided = has_condition(csr, "Approved") and not has_condition(csr, "Denied") and not has_condition(csr, "Failed")
    return decided and not csr["status"].get("certificate") and csr["spec"].get("signerName") in SIGNERS


CONTROLLER = Controller("csrsigning", (Watch(CERTIFICATE_SIGNING_REQUESTS),), Signer)
