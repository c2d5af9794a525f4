"""csrapproving: approves what kubelets ask for, where their user may ask so. Upstream: pkg/controller/certificates/approver."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.certificates.requests import (
    COMMON_NAME,
    KUBELET_CLIENT,
    find_fault,
    has_condition,
    list_subject,
    parse_request,
)
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CERTIFICATE_SIGNING_REQUESTS, SUBJECT_ACCESS_REVIEWS

Object = dict[str, Any]
MESSAGES = {
    "selfnodeclient": "Auto approving self kubelet client certificate after SubjectAccessReview.",
    "nodeclient": "Auto approving kubelet client certificate after SubjectAccessReview.",
}


class Approver:
    """Reconciles one certificate signing request."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Approve the request if it is a kubelet's and its user has the right."""
        csr = self._context.lister(CERTIFICATE_SIGNING_REQUESTS).get("", key.name)
        if csr is None or has_condition(csr, "Approved") or has_condition(csr, "Denied"):
            return Result()
        for subresource in recognize(csr):
            if self._may(csr, subresource):
                new = deep_copy(csr)
                condition = {"type": "Approved", "status": "True", "reason": "AutoApproved", "message": MESSAGES[subresource]}
                new.setdefault("status", {}).setdefault("conditions", []).append(condition)
                self._context.client.update(CERTIFICATE_SIGNING_REQUESTS, new, "approval")
                break
        return Result()

    def _may(self, csr: Object, subresource: str) -> bool:
        """Ask whether the user who made the request may have it approved by itself."""
        resource = CERTIFICATE_SIGNING_REQUESTS
        about = {"group": resource.group, "resource": resource.plural, "verb": "create", "subresource": subresource}
        user = csr["spec"]
        spec = {"user": user.get("username"), "groups": user.get("groups"), "uid": user.get("uid"), "resourceAttributes": about}
        spec = {field: value for field, value in spec.items() if value}
        answer = self._context.client.create(SUBJECT_ACCESS_REVIEWS, {"metadata": {}, "spec": spec})
        return bool(answer["status"]["allowed"])


def recognize(csr: Object) -> list[str]:
    """Return the rights by which a request may be approved by itself: of nodes for themselves, and of whoever sets up nodes."""
    if csr["spec"].get("signerName") != KUBELET_CLIENT:
        return []
    request = parse_request(csr)
    if find_fault(csr, request):
        return []
    own = csr["spec"].get("username") in list_subject(request, COMMON_NAME)
    return ["selfnodeclient", "nodeclient"] if own else ["nodeclient"]


CONTROLLER = Controller("csrapproving", (Watch(CERTIFICATE_SIGNING_REQUESTS),), Approver)
