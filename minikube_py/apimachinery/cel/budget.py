"""What the evaluation of expressions may cost, so that none keeps a cluster busy. Upstream: k8s.io/apiserver/pkg/apis/cel/config.go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PER_CALL = 1_000_000  # of one expression
PER_OBJECT = 10_000_000  # of all that look at one object
BUDGET = "<budget>"  # among the variables of an evaluation; no expression can name it
_PER_CHARACTER = 10  # characters at the price of one step


class OutOfBudget(Exception):
    """An expression that went on too long. It is no CelError: nothing in the expression can make up for it."""

    def __init__(self) -> None:
        super().__init__("operation cancelled: actual cost limit exceeded")


class Budget:
    """Counts down. `spent` is what was used so far."""

    def __init__(self, limit: int = PER_CALL) -> None:
        self._limit = limit
        self.spent = 0

    def spend(self, cost: int) -> None:
        """Take note of work. Raises OutOfBudget."""
        self.spent += cost
        if self.spent > self._limit:
            raise OutOfBudget

    def spend_on(self, values: Iterable[Any]) -> None:
        """Take note of what looking at values costs: by their length. Raises OutOfBudget."""
        for value in values:
            if isinstance(value, str | bytes):
                self.spend(len(value) // _PER_CHARACTER)
            elif isinstance(value, list | dict):
                self.spend(len(value))
