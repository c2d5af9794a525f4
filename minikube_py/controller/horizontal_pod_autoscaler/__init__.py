"""horizontal-pod-autoscaler: changes the scale of a workload so that its pods use what they should. Upstream: pkg/controller/podautoscaler.

`proposals` asks each metric, by `metrics`, `pods` and `replicas`; `scaling` says how fast the number may change.
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import Selector, parse_selector
from minikube_py.apimachinery.unstructured import deep_copy, set_condition
from minikube_py.client.events import EventRecorder
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import HORIZONTAL_POD_AUTOSCALERS, PODS
from minikube_py.client.scales import NoMatch, Served, find_served, get_scale, update_scale
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.horizontal_pod_autoscaler.metrics import MetricsApi, ResourceMetrics
from minikube_py.controller.horizontal_pod_autoscaler.proposals import EMPTY, Failure, Scene, propose
from minikube_py.controller.horizontal_pod_autoscaler.scaling import Memory, Wish, normalize

Object = dict[str, Any]
PERIOD = 15.0  # seconds between two looks at an autoscaler; so long a new one waits too


class HorizontalPodAutoscalerController:
    """Reconciles one HorizontalPodAutoscaler, every 15 seconds."""

    def __init__(self, context: Context, source: ResourceMetrics | None = None) -> None:
        self._context = context
        self.source = source or MetricsApi(context.client)
        self._recorder = context.recorder("horizontal-pod-autoscaler")
        self._due: dict[Key, float] = {}
        self._memories: dict[Key, Memory] = {}
        self._selectors: dict[Key, Selector] = {}  # whose pods each autoscaler governs

    def reconcile(self, key: Key) -> Result:
        """Look at the metrics, if it is time for that, and scale. Raises StatusError."""
        stored = self._context.lister(HORIZONTAL_POD_AUTOSCALERS).get(*key)
        if stored is None:
            for table in (self._due, self._memories, self._selectors):
                table.pop(key, None)
            return Result()
        now = self._context.clock.now()
        left = self._due.setdefault(key, now + PERIOD) - now
        if left > 0:
            return Result(left)
        self._due[key] = now + PERIOD
        with self._context.client.batch():
            run = Run(self._context, self._recorder, stored, self._memories.setdefault(key, Memory()))
            run.go_on(self)
            run.write()
        return Result(PERIOD)

    def find_rivals(self, key: Key, selector: Selector, pods: list[Object]) -> list[Key]:
        """Note which pods an autoscaler governs; return all that govern one of them, where there are several."""
        self._selectors[key] = selector
        rivals = [
            other
            for other, chosen in self._selectors.items()
            if other.namespace == key.namespace and any(chosen.matches(pod["metadata"].get("labels") or {}) for pod in pods)
        ]
        return sorted(rivals) if len(rivals) > 1 else []


class Run:
    """One look at one autoscaler."""

    def __init__(self, context: Context, recorder: EventRecorder, stored: Object, memory: Memory) -> None:
        self._context, self._recorder, self._stored, self._memory = context, recorder, stored, memory
        self._now = context.clock.now()
        self._autoscaler = deep_copy(stored)
        self._spec: Object = self._autoscaler["spec"]
        self._namespace: str = stored["metadata"]["namespace"]
        before = self._autoscaler.get("status") or {}
        self._status: Object = {"desiredReplicas": before.get("desiredReplicas") or 0, "currentMetrics": None}
        for field in ("lastScaleTime", "currentReplicas", "currentMetrics"):
            if before.get(field):
                self._status[field] = before[field]
        self._conditions: list[Object] = before.get("conditions") or []

    def write(self) -> None:
        """Write the status where it has changed."""
        if self._conditions:
            self._status["conditions"] = self._conditions
        if self._status != self._stored.get("status"):
            body = {**self._autoscaler, "status": self._status}
            self._context.client.update(HORIZONTAL_POD_AUTOSCALERS, body, "status")

    def _tell(self, event_type: str, reason: str, message: str) -> None:
        self._recorder.event(self._stored, event_type, reason, message)

    def _set(self, kind: str, value: bool, reason: str, message: str) -> None:
        condition = {"type": kind, "status": str(value), "reason": reason, "message": message}
        set_condition(self._conditions, condition, format_rfc3339(self._now))

    def _set_counts(self, current: int, desired: int, metrics: list[Object] | None) -> None:
        self._status.pop("currentReplicas", None)
        if current:
            self._status["currentReplicas"] = current
        self._status["desiredReplicas"] = desired
        self._status["currentMetrics"] = metrics or None

    def go_on(self, controller: HorizontalPodAutoscalerController) -> None:
        """Read the scale and the metrics, decide, and write the scale."""
        found = self._read_scale()
        if found is None:
            return
        kind, scale = found
        self._set("AbleToScale", True, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        current = int((scale.get("spec") or {}).get("replicas") or 0)
        self._memory.begin(current, self._now)
        least, most = self._spec.get("minReplicas", 1), self._spec["maxReplicas"]
        metrics: list[Object] | None = None
        desired, why = current, ""
        if current == 0 and least != 0:
            what = "scaling is disabled since the replica count of the target is zero"
            self._set("ScalingActive", False, "ScalingDisabled", what)
        elif current > most:
            desired, why = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            desired, why = least, "Current number of replicas below Spec.MinReplicas"
        else:
            metrics, wanted, metric = self._compute(scale, current, controller)
            if wanted is None:
                self._set_counts(current, self._status["desiredReplicas"], metrics)
                return
            why = f"{metric} above target" if wanted > current else "All metrics below target"
            desired = self._normalize(Wish(current, wanted, least, most, self._now))
        if desired != current and not self._rescale(kind, scale, desired, why):
            self._set_counts(current, self._status["desiredReplicas"], metrics)
            return
        self._set_counts(current, desired, metrics)

    def _read_scale(self) -> tuple[Served, Object] | None:
        target = self._spec["scaleTargetRef"]
        try:
            kind = find_served(self._context.client, target.get("apiVersion") or "", target["kind"], any_version=True)
            return kind, get_scale(self._context.client, kind, self._namespace, target["name"])
        except NoMatch as error:
            told = str(error)
        except errors.StatusError as error:
            told = error.message
        self._tell("Warning", "FailedGetScale", told)
        what = f"the HPA controller was unable to get the target's current scale: {told}"
        self._set("AbleToScale", False, "FailedGetScale", what)
        return None

    def _compute(
        self, scale: Object, current: int, controller: HorizontalPodAutoscalerController
    ) -> tuple[list[Object] | None, int | None, str]:
        """Return the metrics' status, how many pods they call for (None: unknown), and which metric calls for most."""
        text = (scale.get("status") or {}).get("selector") or ""
        pods = self._select(text, controller)
        if pods is None:
            return None, None, ""
        scene = Scene(controller.source, self._namespace, text, pods, current, self._now)
        statuses, wanted, metric = [], 0, ""
        failures: list[Failure] = []
        for asked in self._spec["metrics"]:
            try:
                proposal = propose(asked, scene)
            except Failure as failure:
                self._tell("Warning", failure.reason, failure.told)
                failures.append(failure)
                statuses.append(EMPTY)
                continue
            statuses.append(proposal.status)
            if not wanted or proposal.replicas > wanted:
                wanted, metric = proposal.replicas, proposal.metric
        if failures and (len(failures) == len(statuses) or wanted < current):
            count = f"{len(failures)} invalid out of {len(statuses)}"
            self._fail(failures[0].reason, f"the HPA was unable to compute the replica count: {failures[0].told}")
            self._tell("Warning", "FailedComputeMetricsReplicas", f"invalid metrics ({count}), first error is: {failures[0]}")
            return statuses, None, ""
        what = f"the HPA was able to successfully calculate a replica count from {metric}"
        self._set("ScalingActive", True, "ValidMetricFound", what)
        return statuses, wanted, metric

    def _fail(self, reason: str, message: str) -> None:
        self._set("ScalingActive", False, reason, message)

    def _select(self, text: str, controller: HorizontalPodAutoscalerController) -> list[Object] | None:
        """Return the pods of the scale; None where they cannot be told, or another autoscaler governs some of them too."""
        metadata = self._stored["metadata"]
        if not text:
            self._tell("Warning", "SelectorRequired", "selector is required")
            self._fail("InvalidSelector", "the HPA target's scale is missing a selector")
            self._tell("Warning", "FailedComputeMetricsReplicas", "selector is required")
            return None
        selector = parse_selector(text)
        pods = [
            pod
            for pod in self._context.lister(PODS).list(self._namespace)
            if selector.matches(pod["metadata"].get("labels") or {})
        ]
        if rivals := controller.find_rivals(Key(self._namespace, metadata["name"]), selector, pods):
            shown = " ".join(f"{{{rival.name} {rival.namespace}}}" for rival in rivals)
            what = f"pods by selector {text} are controlled by multiple HPAs: [{shown}]"
            self._tell("Warning", "AmbiguousSelector", what)
            self._fail("AmbiguousSelector", what)
            self._tell("Warning", "FailedComputeMetricsReplicas", what)
            return None
        return pods

    def _normalize(self, wish: Wish) -> int:
        verdict = normalize(wish, self._spec.get("behavior"), self._memory)
        self._set("AbleToScale", True, *verdict.able)
        self._set("ScalingLimited", verdict.is_limited, *verdict.limit)
        return verdict.replicas

    def _rescale(self, kind: Served, scale: Object, desired: int, why: str) -> bool:
        """Write the scale; return whether that worked."""
        current = int((scale.get("spec") or {}).get("replicas") or 0)
        try:
            update_scale(self._context.client, kind, {**scale, "spec": {"replicas": desired}})
        except errors.StatusError as error:
            self._tell("Warning", "FailedRescale", f"New size: {desired}; reason: {why}; error: {error}")
            what = f"the HPA controller was unable to update the target scale: {error}"
            self._set("AbleToScale", False, "FailedUpdateScale", what)
            return False
        what = f"the HPA controller was able to update the target scale to {desired}"
        self._set("AbleToScale", True, "SucceededRescale", what)
        self._tell("Normal", "SuccessfulRescale", f"New size: {desired}; reason: {why}")
        self._memory.note_scaling(self._spec.get("behavior"), current, desired, self._now)
        self._status["lastScaleTime"] = format_rfc3339(self._now)
        return True


CONTROLLER = Controller(
    "horizontal-pod-autoscaler",
    (Watch(HORIZONTAL_POD_AUTOSCALERS), Watch(PODS, lambda pod, context: ())),
    HorizontalPodAutoscalerController,
)
