"""Approving and signing: the two subresources of certificate signing requests, each for who may do that for the request's signer.

Upstream: pkg/registry/certificates/certificates/strategy.go, plugin/pkg/admission/certificates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import new_forbidden
from minikube_py.apis.certificates.validation import FINAL, validate_approval_update
from minikube_py.apis.kind import Kind
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver import writes
from minikube_py.apiserver.authorization.rbac import authorize
from minikube_py.apiserver.transactions import run_write
from minikube_py.client.request import Request, Response
from minikube_py.component_base.clock import format_rfc3339

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def approve(server: ApiServer, kind: Kind, request: Request) -> Response:
    """GET, PUT and PATCH of certificatesigningrequests/NAME/approval: only its conditions may change."""
    if request.verb == "get":
        from minikube_py.apiserver import reads

        return reads.get(server, kind, request._replace(subresource=""))
    rules = kind._replace(validate_status_update=validate_approval_update)

    def prepare(new: Object, old: Object) -> None:
        conditions = (new.get("status") or {}).get("conditions")
        new["status"] = {**(old.get("status") or {}), **({"conditions": conditions} if conditions else {})}
        if not conditions:
            new["status"].pop("conditions", None)
        fill_times(new, old, format_rfc3339(server.now()))
        check_signer(server, kind, request, old, "approve")

    return _update(server, rules._replace(prepare_for_status_update=prepare), request)


def sign(server: ApiServer, kind: Kind, request: Request) -> Response:
    """PUT and PATCH of certificatesigningrequests/NAME/status: the certificate, or that there will be none."""

    def prepare(new: Object, old: Object) -> None:
        _keep_approval(new, old)
        fill_times(new, old, format_rfc3339(server.now()))
        if new.get("status") != old.get("status"):
            check_signer(server, kind, request, old, "sign")

    return _update(server, kind._replace(prepare_for_status_update=prepare), request)


def _update(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Change what the status subresource shows, by the rules of `kind`."""
    if request.verb == "patch":
        from minikube_py.apiserver import patching

        return run_write(server, request, lambda: patching.patch_object(server, kind, request._replace(subresource="status")))
    return writes.update(server, kind, request._replace(subresource="status"))


def check_signer(server: ApiServer, kind: Kind, request: Request, csr: Object, verb: str) -> None:
    """Let a user approve or sign for the signer of a request, or for all of its domain. Raises Forbidden."""
    signer = csr["spec"]["signerName"]
    for name in (signer, f"{signer.partition('/')[0]}/*"):
        if authorize(server.store, request.user, Action(verb, kind.group, "signers", "", name)).allowed:
            return
    why = f'user not permitted to {verb} requests with signerName "{signer}"'
    raise new_forbidden(kind.group, kind.plural, request.name, why)


def _keep_approval(new: Object, old: Object) -> None:
    """Take over Approved and Denied conditions where a signer left them as they were but for their times."""
    known = {c["type"]: c for c in (old.get("status") or {}).get("conditions") or () if c["type"] in FINAL[:2]}
    conditions = (new.get("status") or {}).get("conditions") or []
    for i, condition in enumerate(conditions):
        before = known.get(condition.get("type"))
        if before is not None and all(condition.get(f) == before.get(f) for f in ("status", "reason", "message")):
            conditions[i] = before


def fill_times(new: Object, old: Object, now: str) -> None:
    """Say when conditions came and last changed, where who wrote them did not."""
    before = {(c.get("type"), c.get("status")): c for c in (old.get("status") or {}).get("conditions") or ()}
    for condition in (new.get("status") or {}).get("conditions") or ():
        if not condition.get("lastUpdateTime"):
            condition["lastUpdateTime"] = now
        if not condition.get("lastTransitionTime"):
            known = before.get((condition.get("type"), condition.get("status"))) or {}
            condition["lastTransitionTime"] = known.get("lastTransitionTime") or now
