"""csrcleaner: requests go when they were decided an hour ago, or nobody has decided for a day. Upstream: pkg/controller/certificates/cleaner."""

from __future__ import annotations

import base64
from typing import Any

from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CERTIFICATE_SIGNING_REQUESTS
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
DECIDED_SECONDS, PENDING_SECONDS = 3600.0, 24 * 3600.0


class Cleaner:
    """Reconciles one certificate signing request."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Delete the request when its time has come."""
        csr = self._context.lister(CERTIFICATE_SIGNING_REQUESTS).get("", key.name)
        if csr is None:
            return Result()
        end, now = find_end(csr), self._context.clock.now()
        if end is not None and end > now:
            return Result(end - now)
        if end is not None:
            delete_exactly(self._context.client, CERTIFICATE_SIGNING_REQUESTS, csr)
        return Result()


def find_end(csr: Object) -> float | None:
    """Return when a request goes: the earliest of what its conditions, its certificate and its age say; None where none does."""
    status = csr.get("status") or {}
    certificate, conditions = status.get("certificate"), status.get("conditions") or ()
    if not conditions:
        return parse_rfc3339(csr["metadata"]["creationTimestamp"]) + PENDING_SECONDS
    ends = []
    for condition in conditions:
        if condition["type"] in ("Denied", "Failed") or (condition["type"] == "Approved" and certificate):
            ends.append(parse_rfc3339(condition["lastUpdateTime"]) + DECIDED_SECONDS)
    if certificate and (expiry := _read_end(certificate)) is not None:
        ends.append(expiry)
    return min(ends, default=None)


def _read_end(certificate: str) -> float | None:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(base64.b64decode(certificate)).not_valid_after_utc.timestamp()
    except ValueError:
        return None


CONTROLLER = Controller("csrcleaner", (Watch(CERTIFICATE_SIGNING_REQUESTS),), Cleaner)
