"""How many pods each ReplicaSet is to have: pure arithmetic of rolling updates and of scaling in the middle of one.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment and #proportional-scaling
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery.intstr import scaled_value

Object = dict[str, Any]
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"


class Step(NamedTuple):
    """One ReplicaSet, by its name, and the size it gets."""

    name: str
    replicas: int


def replicas_of(obj: Object) -> int:
    """Return spec.replicas."""
    return int(obj["spec"].get("replicas", 1))


def available_of(replica_set: Object) -> int:
    """Return status.availableReplicas, but no more than are wanted: the surplus is as good as gone, whatever the status still says."""
    return min(int((replica_set.get("status") or {}).get("availableReplicas") or 0), replicas_of(replica_set))


def sum_replicas(replica_sets: Iterable[Object]) -> int:
    """Return how many pods the ReplicaSets want together."""
    return sum(map(replicas_of, replica_sets))


def list_active(replica_sets: Iterable[Object]) -> list[Object]:
    """Return the ReplicaSets that want pods."""
    return [rs for rs in replica_sets if replicas_of(rs) > 0]


def by_age(replica_sets: Iterable[Object]) -> list[Object]:
    """Return the ReplicaSets, the oldest first."""
    return sorted(replica_sets, key=lambda rs: (rs["metadata"]["creationTimestamp"], rs["metadata"]["name"]))


def is_rolling(deployment: Object) -> bool:
    """Return whether the strategy is RollingUpdate."""
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def resolve_fenceposts(deployment: Object) -> tuple[int, int]:
    """Return maxSurge and maxUnavailable as numbers; where both come out as 0, one may be unavailable, else nothing could move."""
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    total = replicas_of(deployment)
    surge = scaled_value(rolling.get("maxSurge", 0), total, True)
    unavailable = scaled_value(rolling.get("maxUnavailable", 0), total, False)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def max_surge(deployment: Object) -> int:
    """Return how many pods more than wanted there may be."""
    return resolve_fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Object) -> int:
    """Return how many pods less than wanted may be available."""
    if not is_rolling(deployment):
        return 0
    return min(resolve_fenceposts(deployment)[1], replicas_of(deployment))


def plan_new(deployment: Object, new: Object, old: Iterable[Object]) -> int:
    """Return the next size of the new ReplicaSet."""
    wanted, present = replicas_of(deployment), replicas_of(new)
    if present >= wanted or not is_rolling(deployment):
        return wanted
    room = wanted + max_surge(deployment) - sum_replicas([*old, new])
    return present + max(0, min(room, wanted - present))


def plan_old(deployment: Object, new: Object, old: Iterable[Object]) -> list[Step]:
    """Return how the old ReplicaSets shrink now: first by pods that are not available, then by as many as are available too many."""
    sizes = {rs["metadata"]["name"]: rs for rs in by_age(old)}
    needed = replicas_of(deployment) - max_unavailable(deployment)
    unavailable_new = replicas_of(new) - available_of(new)
    limit = sum_replicas([*sizes.values(), new]) - needed - unavailable_new
    if limit <= 0 or not sum_replicas(sizes.values()):
        return []
    left, steps = {name: replicas_of(rs) for name, rs in sizes.items()}, []
    for name, rs in sizes.items():
        if (down := min(limit, left[name] - available_of(rs))) > 0:
            left[name] -= down
            limit -= down
            steps.append(Step(name, left[name]))
    surplus = sum(map(available_of, [*sizes.values(), new])) - needed
    for name in sizes:
        if (down := min(surplus, left[name])) > 0:
            left[name] -= down
            surplus -= down
            steps.append(Step(name, left[name]))
    return steps


def is_saturated(deployment: Object, new: Object | None) -> bool:
    """Return whether the new ReplicaSet has all the pods of the Deployment, and they are available."""
    if new is None:
        return False
    wanted = replicas_of(deployment)
    desired = (new["metadata"].get("annotations") or {}).get(DESIRED_REPLICAS)
    return desired == str(wanted) and replicas_of(new) == wanted == available_of(new)


def find_active_or_latest(new: Object | None, old: list[Object]) -> Object | None:
    """Return the only ReplicaSet that wants pods, or where none does the newest; None where several do."""
    everyone = [*old, new] if new is not None else old
    active = list_active(everyone)
    if len(active) > 1 or not everyone:
        return None
    if active:
        return active[0]
    return new if new is not None else by_age(old)[-1]


def is_scaling(deployment: Object, replica_sets: Iterable[Object]) -> bool:
    """Return whether the Deployment's size was changed since its ReplicaSets got theirs."""
    for replica_set in list_active(replica_sets):
        desired = (replica_set["metadata"].get("annotations") or {}).get(DESIRED_REPLICAS)
        if desired is not None and desired != str(replicas_of(deployment)):
            return True
    return False


def plan_scale(deployment: Object, new: Object | None, old: list[Object]) -> list[Step]:
    """Return the sizes of ReplicaSets after the Deployment's size was changed: in proportion, where a rollout is going on."""
    alone = find_active_or_latest(new, old)
    if alone is not None:
        return [Step(alone["metadata"]["name"], replicas_of(deployment))]
    if is_saturated(deployment, new):
        return [Step(rs["metadata"]["name"], 0) for rs in list_active(old)]
    if not is_rolling(deployment):
        return []
    active = list_active([*old, new] if new is not None else old)
    wanted = replicas_of(deployment)
    allowed = wanted + max_surge(deployment) if wanted else 0
    return _share_out(deployment, active, allowed - sum_replicas(active))


def _share_out(deployment: Object, active: list[Object], to_add: int) -> list[Step]:
    """Share `to_add` pods, or a negative number to take away, by size; what rounding leaves goes to the largest."""
    ordered = by_age(active)
    if to_add > 0:
        ordered.reverse()  # of two equal ones the newer grows
    ordered.sort(key=replicas_of, reverse=True)
    added, sizes = 0, []
    for replica_set in ordered:
        share = _share_of(deployment, replica_set)
        share = min(share, to_add - added) if to_add > 0 else max(share, to_add - added)
        share = share if to_add else 0
        added += share
        sizes.append(replicas_of(replica_set) + share)
    if sizes:
        sizes[0] = max(0, sizes[0] + to_add - added)
    return [Step(rs["metadata"]["name"], size) for rs, size in zip(ordered, sizes, strict=True)]


def _share_of(deployment: Object, replica_set: Object) -> int:
    present, wanted = replicas_of(replica_set), replicas_of(deployment)
    if wanted == 0:
        return -present
    before = int((replica_set["metadata"].get("annotations") or {}).get(MAX_REPLICAS) or 0)
    before = before or int((deployment.get("status") or {}).get("replicas") or 0) or present
    grown = present * (wanted + max_surge(deployment))
    return (2 * grown + before) // (2 * before) - present  # rounded half up
