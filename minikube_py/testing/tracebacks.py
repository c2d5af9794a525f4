"""Errors of a cluster are shown where the test asked for something, without the ways between there and what refused it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from minikube_py.apimachinery.errors import StatusError

P = ParamSpec("P")
R = TypeVar("R")


def raise_at_caller(method: Callable[P, R]) -> Callable[P, R]:
    """Let a method raise what the API refuses, and a wait that ended, as if the caller had."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        """Call it."""
        __tracebackhide__ = True
        try:
            return method(*args, **kwargs)
        except (StatusError, TimeoutError) as error:
            raise error.with_traceback(None) from None

    return call
