"""ServiceCIDR: https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_FIELD = "spec.cidrs"
_ONE_EACH = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"


def _blocks(cidr: Object) -> list[str]:
    return (cidr.get("spec") or {}).get("cidrs") or []


def _set_defaults(cidr: Object) -> None:
    cidr.setdefault("spec", {})
    cidr.setdefault("status", {})


def _prepare_for_create(cidr: Object) -> None:
    cidr["status"] = {}


def _validate(cidr: Object) -> list[FieldError]:
    from minikube_py.apimachinery.addresses import judge_cidr, parse_cidr
    from minikube_py.apimachinery.gosyntax import format_go_strings
    from minikube_py.apis.field_checks import GoValueError, check_by

    blocks = _blocks(cidr)
    if not blocks:
        return [required(_FIELD, "at least one CIDR required")]
    if len(blocks) > 2:
        shown = f"networking.ServiceCIDRSpec{{CIDRs:{format_go_strings(blocks)}}}"
        return [GoValueError("FieldValueInvalid", _FIELD, shown, "may only hold up to 2 values")]
    errors = [error for index, block in enumerate(blocks) for error in check_by(f"{_FIELD}[{index}]", block, judge_cidr)]
    families = [parsed.version for block in blocks if (parsed := parse_cidr(block))]
    if len(families) == 2 and families[0] == families[1]:
        errors.append(GoValueError("FieldValueInvalid", _FIELD, format_go_strings(blocks), _ONE_EACH))
    return errors


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    """Blocks stay; one of the other family may be added to one that is alone."""
    from minikube_py.apimachinery.gosyntax import format_go_strings
    from minikube_py.apis.field_checks import IMMUTABLE, GoValueError

    after, before = _blocks(new), _blocks(old)
    pairs = enumerate(zip(after, before, strict=False))
    changed = [invalid(f"{_FIELD}[{index}]", ours, IMMUTABLE) for index, (ours, theirs) in pairs if ours != theirs]
    if len(after) == len(before):
        return changed
    if len(before) == 1 and len(after) == 2:
        return changed + _validate(new)
    return [GoValueError("FieldValueInvalid", _FIELD, format_go_strings(after or None), IMMUTABLE)]


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="ServiceCIDR",
    plural="servicecidrs",
    singular="servicecidr",
    schema="io.k8s.api.networking.v1.ServiceCIDR",
    namespaced=False,
    subresources=("status",),
    columns=(NAME, Column("CIDRs", lambda cidr, now: ",".join(_blocks(cidr))), AGE),
    set_defaults=_set_defaults,
    prepare_for_create=_prepare_for_create,
    validate=_validate,
    validate_update=_validate_update,
)
