"""Rules for the cluster addresses of services and their families, and for how they may change."""

from __future__ import annotations

from minikube_py.apimachinery.addresses import parse_ip
from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.names import is_qualified_name, is_valid_ip
from minikube_py.apis.field_checks import GoValueError, check_by, unsupported
from minikube_py.apis.kind import Object

FIELD = "spec.clusterIPs"
BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'"
_FAMILIES = ("IPv4", "IPv6")
_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_CHANGED = "may not change once set"
_ONE_STACK = "must be set to 'SingleStack' when releasing the secondary {}"


def is_headless(spec: Object) -> bool:
    """Return whether a service has no address, by its own wish."""
    return (spec.get("clusterIPs") or []) == ["None"]


def _invalid_list(field: str, values: list[str], kind: str, why: str) -> FieldError:
    shown = format_go_strings(values or None).replace("[]string", kind, 1)
    return GoValueError("FieldValueInvalid", field, shown, why)


def validate_addresses(spec: Object) -> list[FieldError]:
    """Return what is wrong with clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy of a service that may have them."""
    addresses, families, first = spec.get("clusterIPs") or [], spec.get("ipFamilies") or [], spec.get("clusterIP") or ""
    errors: list[FieldError] = []
    if first and not addresses:
        errors.append(required(FIELD))
    elif first and addresses[0] != first:
        errors.append(_invalid_list(FIELD, addresses, "[]string", "first value must match `clusterIP`"))
    elif addresses and not first:
        errors.append(_invalid_list(FIELD, addresses, "[]string", "must be empty when `clusterIP` is not specified"))
    for index, family in enumerate(families):
        if family not in _FAMILIES:
            errors.append(unsupported(f"spec.ipFamilies[{index}]", family, _FAMILIES))
        if family in families[:index]:
            errors.append(duplicate(f"spec.ipFamilies[{index}]", family))
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _POLICIES:
        errors.append(unsupported("spec.ipFamilyPolicy", policy, _POLICIES))
    return errors + _validate_values(addresses, families)


def _validate_values(addresses: list[str], families: list[str]) -> list[FieldError]:
    problems: list[FieldError] = []
    for index, address in enumerate(addresses):
        if index == 0 and address == "None":
            if len(addresses) > 1:
                problems.append(_invalid_list(FIELD, addresses, "[]string", "'None' must be the first and only value"))
        else:
            problems += check_by(f"{FIELD}[{index}]", address, is_valid_ip)
    errors = list(problems)
    if len(addresses) > 2:
        errors.append(_invalid_list(FIELD, addresses, "[]string", "may only hold up to 2 values"))
    if problems:
        return errors
    versions = [ip.version if (ip := parse_ip(address)) else 0 for address in addresses]
    if len(addresses) > 1 and len(set(versions)) < 2:
        errors.append(_invalid_list(FIELD, addresses, "[]string", "may specify no more than one IP for each IP family"))
    if addresses[:1] != ["None"]:
        for index, (address, version, family) in enumerate(zip(addresses, versions, families, strict=False)):
            if family in _FAMILIES and family != f"IPv{version}":
                why = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
                errors.append(invalid(f"{FIELD}[{index}]", address, why))
    return errors


def check_address_updates(after: Object, before: Object) -> list[FieldError]:
    """Return what forbids a change: the first address and family stay as long as a service has one."""
    if "ExternalName" in (after.get("type"), before.get("type")):
        return []
    was_headless, headless = is_headless(before), is_headless(after)
    errors = [] if was_headless and headless else _check_addresses(after, before)
    return errors if was_headless or headless else errors + _check_families(after, before)


def _check_addresses(after: Object, before: Object) -> list[FieldError]:
    new, old = after.get("clusterIPs") or [], before.get("clusterIPs") or []
    if len(new) == len(old):
        changed = [index for index, address in enumerate(old) if new[index] != address]
        return [_invalid_list(f"{FIELD}[{index}]", new, "[]string", _CHANGED) for index in changed]
    errors = []
    if not new:
        errors.append(_invalid_list(f"{FIELD}[0]", new, "[]string", "primary clusterIP can not be unset"))
    elif old and new[0] != old[0]:
        errors.append(_invalid_list(f"{FIELD}[0]", new, "[]string", _CHANGED))
    return errors + (_check_release(after, len(new), "clusterIP") if len(old) > len(new) else [])


def _check_release(after: Object, kept: int, what: str) -> list[FieldError]:
    policy = after.get("ipFamilyPolicy")
    if kept != 1 or policy == "SingleStack":
        return []
    return [invalid("spec.ipFamilyPolicy", policy, _ONE_STACK.format(what))]


def _check_families(after: Object, before: Object) -> list[FieldError]:
    field, kind = "spec.ipFamilies[0]", "[]core.IPFamily"
    new, old, addresses = after.get("ipFamilies") or [], before.get("ipFamilies") or [], after.get("clusterIPs") or []
    if len(new) == len(old):
        return [_invalid_list(field, new, kind, _CHANGED) for one, other in zip(new, old, strict=True) if one != other]
    errors = []
    if len(old) > len(new) and not addresses:
        errors.append(_invalid_list(field, new, kind, "primary ipFamily can not be unset"))
    if new and old and new[0] != old[0]:
        errors.append(_invalid_list(field, addresses, "[]string", _CHANGED))
    return errors + (_check_release(after, len(new), "ipFamily") if len(old) > len(new) else [])


def validate_balancer_class(after: Object, before: Object | None) -> list[FieldError]:
    """Return what is wrong with spec.loadBalancerClass, which stays while the service is a load balancer."""
    name, field = after.get("loadBalancerClass"), "spec.loadBalancerClass"
    if after.get("type") != "LoadBalancer":
        return [] if name is None else [forbidden(field, BALANCER_ONLY)]
    errors = []
    if before is not None and before.get("type") == "LoadBalancer" and before.get("loadBalancerClass") != name:
        errors.append(invalid(field, name, _CHANGED))
    return errors if name is None else errors + check_by(field, name, is_qualified_name)
