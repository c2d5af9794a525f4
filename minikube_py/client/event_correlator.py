"""Keeps Events few: what is repeated counts up, what differs in its message only is combined, and who talks too much is cut short.

The limits are those of client-go's tools/record: ten different messages in ten minutes, 25 events about an object and then one in
five minutes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")
Parts = tuple[str, ...]
REMEMBERED = 4096
DIFFERENT, SPAN = 10, 600.0  # so many messages within so many seconds of one another are combined
BURST, REFILL_SECONDS = 25, 300.0
COMBINED = "(combined from similar events): "


class Written(NamedTuple):
    """An Event as it was last written."""

    namespace: str
    name: str
    count: int


class Similar(NamedTuple):
    """Events about one object that differ in their messages: these, until the last time."""

    messages: set[str]
    last: float


class Verdict(NamedTuple):
    """What to do with an event: write `message`, counting up `before` where that is given; `key` is for `remember`."""

    key: Parts
    message: str
    before: Written | None


class _Recent(Generic[V]):
    """The values of the keys used last."""

    def __init__(self) -> None:
        self._values: OrderedDict[Parts, V] = OrderedDict()

    def get(self, key: Parts) -> V | None:
        return self._values.get(key)

    def put(self, key: Parts, value: V) -> None:
        self._values.pop(key, None)
        self._values[key] = value
        if len(self._values) > REMEMBERED:
            self._values.popitem(last=False)


class EventCorrelator:
    """Judges the events of one component."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._written: _Recent[Written] = _Recent()
        self._similar: _Recent[Similar] = _Recent()
        self._tokens: _Recent[tuple[float, float]] = _Recent()  # how many, at what time

    def judge(self, subject: Parts, field_path: str, event_type: str, reason: str, message: str) -> Verdict | None:
        """Return what to do with an event about the object that `subject` names; None: nothing, there were too many."""
        key: Parts = (*subject, event_type, reason, field_path, message)
        group: Parts = (*subject, event_type, reason)
        if self._is_one_of_many(group, message):
            key, message = group, COMBINED + message
        before = self._written.get(key)
        if not self._take_token((*subject, event_type)):
            if before is not None:
                self._written.put(key, before._replace(count=before.count + 1))
            return None
        return Verdict(key, message, before)

    def remember(self, key: Parts, written: Written) -> None:
        """Take note of what was written."""
        self._written.put(key, written)

    def _is_one_of_many(self, group: Parts, message: str) -> bool:
        now = self._now()
        similar = self._similar.get(group)
        messages = similar.messages if similar is not None and now - similar.last <= SPAN else set()
        messages.add(message)
        self._similar.put(group, Similar(messages, now))
        if len(messages) < DIFFERENT:
            return False
        messages.pop()
        return True

    def _take_token(self, source: Parts) -> bool:
        now = self._now()
        tokens, since = self._tokens.get(source) or (float(BURST), now)
        tokens = min(float(BURST), tokens + (now - since) / REFILL_SECONDS)
        granted = tokens >= 1.0
        self._tokens.put(source, (tokens - 1.0 if granted else tokens, now))
        return granted
