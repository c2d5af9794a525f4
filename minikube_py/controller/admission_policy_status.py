"""validatingadmissionpolicy-status-controller: tells of each policy which generation of it was looked at.

Upstream: pkg/controller/validatingadmissionpolicystatus.
Upstream also checks the types of expressions against schemas and lists what does not fit; none are found here.
"""

from __future__ import annotations

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ADMISSION_POLICIES


class PolicyStatusController:
    """Reconciles one policy."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Write the status where it is not that of the present generation. Raises StatusError."""
        policy = self._context.lister(ADMISSION_POLICIES).get("", key.name)
        if policy is None:
            return Result()
        status = {"observedGeneration": policy["metadata"].get("generation", 1), "typeChecking": {}}
        if policy.get("status") != status:
            self._context.client.update(ADMISSION_POLICIES, {**policy, "status": status}, "status")
        return Result()


CONTROLLER = Controller("admissionpolicystatus", (Watch(ADMISSION_POLICIES),), PolicyStatusController)
