"""PriorityLevelConfiguration: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, comb, log2
from typing import Any

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_supported, required
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_QUEUES = 10_000_000
MAX_HASH_BITS = 60


def set_defaults(level: Object) -> None:
    """Fill in shares and queues."""
    spec = level.setdefault("spec", {})
    if spec.get("type") == "Exempt":
        exempt = spec.setdefault("exempt", {})
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    limited = spec.get("limited")
    if limited is not None:
        limited.setdefault("nominalConcurrencyShares", 30)
        limited.setdefault("lendablePercent", 0)
        queuing = (limited.get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            for word, value in (("handSize", 8), ("queues", 64), ("queueLengthLimit", 50)):
                queuing[word] = queuing.get(word) or value


def prepare_for_create(level: Object) -> None:
    """A new level has no status."""
    level["status"] = {}


def validate(level: Object) -> list[FieldError]:
    """Check a level."""
    return list(_validate_spec(level["spec"], level["metadata"].get("name", "")))


def _validate_spec(spec: Object, name: str) -> Iterator[FieldError]:
    kind, limited = spec.get("type") or "", spec.get("limited")
    if (name == "exempt") != (kind == "Exempt"):
        yield invalid("spec.type", kind, "must be 'Exempt' if and only if `name` is 'exempt'")
    if kind == "Exempt":
        if limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
    elif kind == "Limited":
        if spec.get("exempt") is not None:
            yield forbidden("spec.exempt", "must be nil if the type is Limited")
        if limited is None:
            yield required("spec.limited", "must not be empty when type is Limited")
        else:
            yield from _validate_limited(limited, "spec.limited")
    else:
        yield not_supported("spec.type", kind, ("Exempt", "Limited"))


def _validate_limited(limited: Object, path: str) -> Iterator[FieldError]:
    shares, lendable = limited.get("nominalConcurrencyShares", 0), limited.get("lendablePercent", 0)
    if shares < 0:
        yield invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    if not 0 <= lendable <= 100:
        yield invalid(f"{path}.lendablePercent", lendable, "must be between 0 and 100, inclusive")
    response = limited.get("limitResponse") or {}
    kind, queuing, where = response.get("type") or "", response.get("queuing"), f"{path}.limitResponse"
    if kind == "Reject":
        if queuing is not None:
            yield forbidden(f"{where}.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind == "Queue":
        if queuing is None:
            yield required(f"{where}.queuing", "must not be empty if limited.limitResponse.type is Limited")
        else:
            yield from _validate_queuing(queuing, f"{where}.queuing")
    else:
        yield not_supported(f"{where}.type", kind, ("Queue", "Reject"))


def _validate_queuing(queuing: Object, path: str) -> Iterator[FieldError]:
    queues, hand, limit = queuing["queues"], queuing["handSize"], queuing["queueLengthLimit"]
    if limit <= 0:
        yield invalid(f"{path}.queueLengthLimit", limit, "must be positive")
    if queues <= 0:
        yield invalid(f"{path}.queues", queues, "must be positive")
    elif queues > MAX_QUEUES:
        yield invalid(f"{path}.queues", queues, f"must not be greater than {MAX_QUEUES}")
    if hand <= 0:
        yield invalid(f"{path}.handSize", hand, "must be positive")
    elif hand > queues:
        yield invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})")
    elif ceil(log2(comb(queues, hand))) > MAX_HASH_BITS:
        why = f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MAX_HASH_BITS}"
        yield invalid(f"{path}.handSize", hand, why)


def _read(*names: str) -> Callable[[Object, float], Any]:
    """Return the cell of a field of a limited level, `<none>` for others."""

    def cell(level: Object, now: float) -> Any:
        value: Any = level["spec"].get("limited")
        for name in names:
            value = (value or {}).get(name)
        return "<none>" if value is None else value

    return cell


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="PriorityLevelConfiguration",
    plural="prioritylevelconfigurations",
    singular="prioritylevelconfiguration",
    schema="io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
    unconditional_update=False,
    namespaced=False,
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Type", lambda level, now: level["spec"].get("type", "")),
        Column("NominalConcurrencyShares", _read("nominalConcurrencyShares")),
        Column("Queues", _read("limitResponse", "queuing", "queues")),
        Column("HandSize", _read("limitResponse", "queuing", "handSize")),
        Column("QueueLengthLimit", _read("limitResponse", "queuing", "queueLengthLimit")),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
