"""CEL's authorizer: whether somebody may do something, asked in an expression.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.cel.nodes import CelError
from minikube_py.apimachinery.cel.values import NO_OVERLOAD


class Question(NamedTuple):
    """What somebody may do or not. `account` is (namespace, name) of a service account that is meant instead of who asks."""

    verb: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    account: tuple[str, str] | None = None


Decide = Callable[[Question], tuple[bool, str]]  # whether that is allowed, and why


class Decision(NamedTuple):
    """What came of a check."""

    is_allowed: bool
    why: str


class Authorizer:
    """`authorizer`, and what its methods lead to. `stage` says which of them may come next."""

    def __init__(self, decide: Decide, question: Question | None = None, stage: str = "authorizer") -> None:
        self._decide, self._question, self._stage = decide, question or Question(), stage
        self.members: dict[str, Authorizer] = {}

    def at(self, question: Question) -> Authorizer:
        """Return the check of a resource, as `authorizer.requestResource` is."""
        return Authorizer(self._decide, question, "resource")

    def call(self, method: str, *args: Any) -> Any:
        """Return what a method gives. Raises CelError where there is none here, or not with these arguments."""
        wanted = _STAGES[self._stage].get(method)
        if wanted is None or len(args) != len(wanted[1]) or not all(isinstance(arg, str) for arg in args):
            raise CelError(NO_OVERLOAD)
        stage, fields = wanted
        if method == "check":
            return Decision(*self._decide(self._question._replace(verb=args[0])))
        if method == "serviceAccount":
            question = self._question._replace(account=(args[0], args[1]))
        else:
            question = self._question._replace(**{f: a for f, a in zip(fields, args, strict=True) if f in Question._fields})
        return Authorizer(self._decide, question, stage)


_STAGES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {  # stage -> method -> the next stage, and what the arguments are
    "authorizer": {
        "path": ("path", ("path",)),
        "group": ("group", ("group",)),
        "serviceAccount": ("authorizer", ("namespace", "name")),
    },
    "path": {"check": ("", ("verb",))},
    "group": {"resource": ("resource", ("resource",))},
    "resource": {
        "subresource": ("resource", ("subresource",)),
        "namespace": ("resource", ("namespace",)),
        "name": ("resource", ("name",)),
        "fieldSelector": ("resource", ("fields",)),  # rules of roles know no selectors
        "labelSelector": ("resource", ("labels",)),
        "check": ("", ("verb",)),
    },
}


def _call(method: str) -> Callable[..., Any]:
    def call(target: Any, *args: Any) -> Any:
        if not isinstance(target, Authorizer):
            raise CelError(NO_OVERLOAD)
        return target.call(method, *args)

    return call


def _tell(part: Callable[[Decision], Any]) -> Callable[..., Any]:
    def tell(decision: Any) -> Any:
        if not isinstance(decision, Decision):
            raise CelError(NO_OVERLOAD)
        return part(decision)

    return tell


AUTHORIZER_METHODS: dict[str, Callable[..., Any]] = {
    **{method: _call(method) for stage in _STAGES.values() for method in stage},
    "allowed": _tell(lambda decision: decision.is_allowed),
    "reason": _tell(lambda decision: decision.why),
    "errored": _tell(lambda decision: False),
    "error": _tell(lambda decision: ""),
}
