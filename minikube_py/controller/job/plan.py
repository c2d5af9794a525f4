"""Which pods a job is to have besides those it has: how many, which indexes, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.client.pod_control import order_for_deletion
from minikube_py.controller.job.indexes import index_of
from minikube_py.controller.job.pods import (
    Backoff,
    count_index_failures,
    index_backoff_left,
    is_going,
    make_indexed_pod,
    make_job_pod,
    replaces_failed_only,
)
from minikube_py.controller.job.tally import Tally, is_indexed, is_suspended

Object = dict[str, Any]
BURST = 500  # pods made in one reconcile


class Plan(NamedTuple):
    """Pods to delete, pods to make, and in how many seconds to plan again because failures delay some (None: upon a change)."""

    delete: list[Object]
    create: list[Object]
    wait: float | None = None


def plan_pods(tally: Tally, backoff: Backoff, now: float) -> Plan:
    """Return what to do for a job that goes on; `backoff` is what failed of it so far."""
    job = tally.job
    if is_suspended(job):
        return Plan(tally.active, [])
    wanted = count_wanted(tally)
    surplus = _choose_surplus(tally, wanted)
    if surplus:
        return Plan(surplus, [])
    missing = wanted - len(tally.active) - (tally.terminating if replaces_failed_only(job) else 0)
    if missing <= 0:
        return Plan([], [])
    if is_indexed(job):
        return _plan_indexes(tally, min(missing, BURST), backoff, now)
    if (left := backoff.left(now)) > 0:
        return Plan([], [], left)
    return Plan([], [make_job_pod(job) for _ in range(min(missing, BURST))])


def count_wanted(tally: Tally) -> int:
    """Return how many pods are to run: no more than parallelism, and no more than there are completions left."""
    parallelism = int(tally.job["spec"]["parallelism"])
    if tally.completions is None:
        return len(tally.active) if tally.succeeded else parallelism
    return max(0, min(parallelism, tally.completions - tally.succeeded - len(tally.failed_indexes)))


def _choose_surplus(tally: Tally, wanted: int) -> list[Object]:
    """Choose pods to delete: those without use for an index first, then by the order in which all controllers delete."""
    useless, useful, seen = [], [], set(tally.succeeded_indexes | tally.failed_indexes)
    for pod in reversed(order_for_deletion(tally.active)):
        index = index_of(pod)
        if is_indexed(tally.job) and (index is None or index in seen or index >= (tally.completions or 0)):
            useless.append(pod)
            continue
        useful.append(pod)
        if index is not None:
            seen.add(index)
    return useless + list(reversed(useful[wanted:]))


def _plan_indexes(tally: Tally, count: int, backoff: Backoff, now: float) -> Plan:
    job = tally.job
    limited = job["spec"].get("backoffLimitPerIndex") is not None
    if not limited and (left := backoff.left(now)) > 0:
        return Plan([], [], left)
    by_index: dict[int, list[Object]] = {}
    for pod in tally.pods:
        if (index := index_of(pod)) is not None:
            by_index.setdefault(index, []).append(pod)
    create: list[Object] = []
    waits: list[float] = []
    for index in _list_pending(tally):
        if len(create) == count:
            break
        before = by_index.get(index, [])
        if limited and (left := index_backoff_left(job, before, now)) > 0:
            waits.append(left)
            continue
        create.append(make_indexed_pod(job, index, count_index_failures(job, before)))
    return Plan([], create, min(waits, default=None))


def _list_pending(tally: Tally) -> Iterable[int]:
    taken = tally.succeeded_indexes | tally.failed_indexes
    busy = [*tally.active, *(pod for pod in tally.pods if is_going(pod))] if replaces_failed_only(tally.job) else tally.active
    taken = taken | {index for pod in busy if (index := index_of(pod)) is not None}
    return (index for index in range(tally.completions or 0) if index not in taken)
