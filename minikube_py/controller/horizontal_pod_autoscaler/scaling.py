"""How fast the number of pods may change: stabilization windows and policies of spec.behavior. Pure but for what it remembers.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

Object = dict[str, Any]
DOWNSCALE_WINDOW = 300.0  # seconds, where the behavior does not say
SCALE_UP_FACTOR, SCALE_UP_LEAST = 2, 4
TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
TOO_FAST_UP = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
HELD_UP = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
HELD_DOWN = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
READY = ("ReadyForNewScale", "recommended size matches current size")
Words = tuple[str, str]  # reason and message of a condition


class Change(NamedTuple):
    """By how many pods the scale was changed, and when."""

    pods: int
    time: float


class Memory:
    """What was recommended for one autoscaler, and how it was scaled."""

    def __init__(self) -> None:
        self.recommendations: list[Change] = []
        self.ups: list[Change] = []
        self.downs: list[Change] = []

    def begin(self, current: int, now: float) -> None:
        """Take the present number for the first recommendation."""
        if not self.recommendations:
            self.recommendations.append(Change(current, now))

    def note_scaling(self, behavior: Object | None, before: int, after: int, now: float) -> None:
        """Remember a change of scale as long as a policy asks for it."""
        if behavior is None:
            return
        way, changes = ("scaleUp", self.ups) if after > before else ("scaleDown", self.downs)
        longest = max((policy["periodSeconds"] for policy in behavior[way]["policies"]), default=0)
        changes[:] = [change for change in changes if change.time >= now - longest]
        changes.append(Change(abs(after - before), now))


class Wish(NamedTuple):
    """How many pods there are, should be by the metrics, and may be."""

    current: int
    desired: int
    least: int
    most: int
    now: float


class Verdict(NamedTuple):
    """How many pods there are to be, what AbleToScale says of it, and what ScalingLimited says, if it holds."""

    replicas: int
    able: Words
    limit: Words
    is_limited: bool


def normalize(wish: Wish, behavior: Object | None, memory: Memory) -> Verdict:
    """Return what becomes of a wish within the limits of an autoscaler."""
    if behavior is None:
        stable, held = _stabilize_down(wish, memory), HELD_DOWN
        replicas, limit = _limit_plainly(wish._replace(desired=stable))
    else:
        stable, held = _stabilize(wish, behavior, memory)
        replicas, limit = _limit_by_policies(wish._replace(desired=stable), behavior, memory)
    return Verdict(replicas, READY if stable == wish.desired else held, limit, replicas != stable)


def _recommend(memory: Memory, wish: Wish, window: float) -> None:
    """Remember a wish, and forget those that no window reaches."""
    kept = [change for change in memory.recommendations if change.time > wish.now - window]
    memory.recommendations = [*kept, Change(wish.desired, wish.now)]


def _stabilize_down(wish: Wish, memory: Memory) -> int:
    recent = [change.pods for change in memory.recommendations if change.time >= wish.now - DOWNSCALE_WINDOW]
    _recommend(memory, wish, DOWNSCALE_WINDOW)
    return max([wish.desired, *recent])


def _limit_plainly(wish: Wish) -> tuple[int, Words]:
    fastest = max(SCALE_UP_FACTOR * wish.current, SCALE_UP_LEAST)
    most, words = (fastest, TOO_FAST_UP) if wish.most > fastest else (wish.most, TOO_MANY)
    if wish.desired < wish.least:
        return wish.least, TOO_FEW
    return (most, words) if wish.desired > most else (wish.desired, WITHIN)


def _stabilize(wish: Wish, behavior: Object, memory: Memory) -> tuple[int, Words]:
    up_window = behavior["scaleUp"].get("stabilizationWindowSeconds") or 0
    down_window = behavior["scaleDown"].get("stabilizationWindowSeconds")
    down_window = DOWNSCALE_WINDOW if down_window is None else down_window
    recent = memory.recommendations
    lowest = min([wish.desired, *(c.pods for c in recent if c.time > wish.now - up_window)])
    highest = max([wish.desired, *(c.pods for c in recent if c.time > wish.now - down_window)])
    _recommend(memory, wish, max(up_window, down_window))
    stable = min(max(wish.current, lowest), highest)
    return stable, HELD_UP if wish.desired >= wish.current else HELD_DOWN


def _limit_by_policies(wish: Wish, behavior: Object, memory: Memory) -> tuple[int, Words]:
    if wish.desired > wish.current:
        fastest = max(_limit_up(wish, behavior["scaleUp"], memory), wish.current)
        most, words = (fastest, TOO_FAST_UP) if wish.most > fastest else (wish.most, TOO_MANY)
        if wish.desired > most:
            return most, words
    elif wish.desired < wish.current:
        fastest = min(_limit_down(wish, behavior["scaleDown"], memory), wish.current)
        least, words = (fastest, TOO_FAST_DOWN) if wish.least < fastest else (wish.least, TOO_FEW)
        if wish.desired < least:
            return least, words
    return wish.desired, WITHIN


def _limit_up(wish: Wish, rules: Object, memory: Memory) -> int:
    """Return to how many pods the policies allow to grow."""
    if rules["selectPolicy"] == "Disabled":
        return wish.current
    allowed: list[int] = []
    for policy in rules["policies"]:
        start = _count_at_start(wish, policy, memory)
        share = math.ceil(start * (1 + policy["value"] / 100))
        allowed.append(start + policy["value"] if policy["type"] == "Pods" else share)
    return min(allowed) if rules["selectPolicy"] == "Min" else max(allowed)


def _limit_down(wish: Wish, rules: Object, memory: Memory) -> int:
    """Return to how many pods the policies allow to shrink."""
    if rules["selectPolicy"] == "Disabled":
        return wish.current
    allowed: list[int] = []
    for policy in rules["policies"]:
        start = _count_at_start(wish, policy, memory)
        share = int(start * (1 - policy["value"] / 100))
        allowed.append(start - policy["value"] if policy["type"] == "Pods" else share)
    return max(allowed) if rules["selectPolicy"] == "Min" else min(allowed)


def _count_at_start(wish: Wish, policy: Object, memory: Memory) -> int:
    """Return how many pods there were when the period of a policy began."""
    since = wish.now - policy["periodSeconds"]
    added = sum(change.pods for change in memory.ups if change.time > since)
    removed = sum(change.pods for change in memory.downs if change.time > since)
    return wish.current - added + removed
