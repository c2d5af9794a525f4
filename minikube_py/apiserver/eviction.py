"""POST pods/NAME/eviction: delete a pod if its disruption budget allows that, and count it against the budget.

All happens in one transaction, so no two evictions take the same allowance. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy, is_condition_true, set_condition
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import deletion
from minikube_py.apiserver.admission_of_subresources import judge
from minikube_py.apiserver.reads import key_of
from minikube_py.apiserver.transactions import run_write
from minikube_py.apiserver.write_options import check_delete_options
from minikube_py.client.disruption_budgets import find_budgets, set_allowed_condition, tell_denied
from minikube_py.client.request import Request, Response
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
BUDGETS = "poddisruptionbudgets.policy"
REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
RETRY_SECONDS = 10  # where the budget has not been looked at since it was changed
MAX_DISRUPTED = 2000


def evict(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Evict a pod. Raises NotFound, BadRequest, Conflict; TooManyRequests where its budget forbids it; StatusError for two budgets."""
    eviction: Object = request.body
    if (eviction.get("metadata") or {}).get("name", "") != request.name:
        raise errors.BadRequest("name in URL does not match name in Eviction object")
    options: Object = dict(eviction.get("deleteOptions") or {})
    check_delete_options(options)
    dry_run = _agree_on_dry_run(request, options.pop("dryRun", None) or [])
    asked = request._replace(params={**request.params, "dryRun": dry_run})

    def write() -> Response:
        judge(server, kind, asked, eviction)
        pod = server.store.get(key_of(kind, request))
        if pod is None:
            raise errors.new_not_found(kind.group, kind.plural, request.name)
        deletion.check_preconditions(kind, request, options, pod)
        if not is_beyond_budgets(pod):
            _charge_budget(server, pod)
        _mark(server, kind, asked, pod)
        key = key_of(kind, request)
        deletion.begin_deletion(server, kind, key, server.store.get(key) or pod, options)
        return Response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, created=True)

    return run_write(server, asked, write)


def _agree_on_dry_run(request: Request, options: list[str]) -> str:
    """Return `All` or nothing, from the request or the delete options. Raises StatusError where they differ."""
    asked = request.params.get("dryRun") or ""
    given = ",".join(options)
    if asked and given and asked != given:
        raise errors.StatusError(f"Non-matching dry-run options in request and content: [{asked}] and [{given}]")
    return asked or given


def is_beyond_budgets(pod: Object) -> bool:
    """Return whether a pod's end is no disruption: it has ended, not begun, or is on its way out."""
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or bool(pod["metadata"].get("deletionTimestamp"))


def _charge_budget(server: ApiServer, pod: Object) -> None:
    """Take one from the allowance of the pod's budget, if it has one and is healthy."""
    namespace = pod["metadata"]["namespace"]
    budgets = find_budgets(pod, server.store.list(Query(BUDGETS, namespace)).items)
    if len(budgets) > 1:
        raise errors.StatusError(SEVERAL)
    if not budgets or _may_go_unhealthy(pod, budgets[0]):
        return
    budget = deep_copy(budgets[0])
    check_allowance(budget)
    now, status = server.now(), budget["status"]
    status["disruptionsAllowed"] -= 1
    if not status["disruptionsAllowed"]:
        set_allowed_condition(status, now)
    status.setdefault("disruptedPods", {})[pod["metadata"]["name"]] = format_rfc3339(now)
    server.store.update(Key(BUDGETS, namespace, budget["metadata"]["name"]), budget, 0)


def _may_go_unhealthy(pod: Object, budget: Object) -> bool:
    """Return whether a pod goes without counting, because it is not ready: KEP-3017."""
    status = budget.get("status") or {}
    if is_condition_true((pod.get("status") or {}).get("conditions"), "Ready"):
        return False
    if (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    desired = status.get("desiredHealthy") or 0
    return bool((status.get("currentHealthy") or 0) >= desired > 0)


def check_allowance(budget: Object) -> None:
    """Raise TooManyRequests or Forbidden where a budget allows no disruption."""
    status, metadata = budget.get("status") or {}, budget["metadata"]
    name, allowed = metadata["name"], status.get("disruptionsAllowed") or 0
    if (status.get("observedGeneration") or 0) < (metadata.get("generation") or 0):
        raise _refuse(f"The disruption budget {name} is still being processed by the server.", RETRY_SECONDS)
    if allowed < 0:
        raise errors.new_forbidden("policy", "poddisruptionbudget", name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or {}) > MAX_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.new_forbidden("policy", "poddisruptionbudget", name, why)
    if allowed == 0:
        raise _refuse(tell_denied(budget), 0)


def _refuse(cause: str, retry_seconds: int) -> errors.TooManyRequests:
    details: Object = {"causes": [{"reason": "DisruptionBudget", "message": cause}]}
    if retry_seconds:
        details["retryAfterSeconds"] = retry_seconds
    return errors.TooManyRequests(REFUSAL, details)


def _mark(server: ApiServer, kind: Kind, request: Request, pod: Object) -> None:
    """Say in the pod's conditions why it goes: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions"""
    if request.params.get("dryRun"):
        return
    marked = {**pod, "metadata": {**pod["metadata"]}, "status": deep_copy(pod.get("status") or {})}
    condition = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None}
    condition |= {"reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting"}
    set_condition(marked["status"].setdefault("conditions", []), condition, format_rfc3339(server.now()))
    if marked != pod:
        server.store.update(key_of(kind, request), marked, 0)
