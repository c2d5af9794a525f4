"""CEL's standard functions and those that Kubernetes adds: strings, lists, regular expressions, URLs, quantities, addresses, formats."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery.cel.authorizer import AUTHORIZER_METHODS
from minikube_py.apimachinery.cel.formats import FORMAT_FUNCTIONS, FORMAT_METHODS
from minikube_py.apimachinery.cel.nodes import CelError
from minikube_py.apimachinery.cel.strings import STRING_METHODS, to_text
from minikube_py.apimachinery.cel.values import NO_OVERLOAD, NONE, Optional, compare, equals
from minikube_py.apimachinery.duration import parse_duration
from minikube_py.apimachinery.quantity import Quantity, new_quantity, parse_quantity
from minikube_py.apimachinery.re2.pattern import Pattern, compile_pattern
from minikube_py.apimachinery.re2.syntax import BadPattern

Function = Callable[..., Any]


def _need(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise CelError(NO_OVERLOAD)
    return value


def _size(value: Any) -> int:
    return len(_need(value, str, bytes, list, dict))


def _int(value: Any) -> int:
    if isinstance(value, datetime):
        return int(value.timestamp())
    try:
        number = int(_need(value, int, float, str))
    except ValueError as error:
        raise CelError(f'strconv.ParseInt: parsing "{value}": invalid syntax') from error
    except OverflowError as error:
        raise CelError("integer overflow") from error
    if not -(2**63) <= number < 2**63:
        raise CelError(
            f'strconv.ParseInt: parsing "{value}": value out of range' if isinstance(value, str) else "integer overflow"
        )
    return number


def _double(value: Any) -> float:
    try:
        return float(_need(value, int, float, str))
    except ValueError as error:
        raise CelError(f'strconv.ParseFloat: parsing "{value}": invalid syntax') from error


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "True": True, "TRUE": True, "t": True, "1": True}
    words |= {"false": False, "False": False, "FALSE": False, "f": False, "0": False}
    if value not in words:
        raise CelError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
    return words[value]


def _duration(value: Any) -> timedelta:
    try:
        return timedelta(microseconds=parse_duration(_need(value, str)) / 1000)
    except ValueError as error:
        raise CelError(str(error)) from error


def _timestamp(value: Any) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    try:
        return datetime.fromisoformat(_need(value, str))
    except ValueError as error:
        raise CelError(f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse') from error


def _type(value: Any) -> str:
    from minikube_py.apimachinery.cel.values import type_name

    return type_name(value)


def _quantity(value: Any) -> Quantity:
    try:
        return parse_quantity(_need(value, str))
    except ValueError as error:
        raise CelError(str(error)) from error


def _succeeds(function: Function) -> Function:
    def check(*args: Any) -> bool:
        try:
            function(*args)
        except CelError:
            return False
        return True

    return check


def _url(value: Any) -> Any:
    text, why = _need(value, str), "invalid URI for request"
    try:
        parts = urlsplit(text)
        _ = parts.port  # not looked at before it is asked for
        if (parts.scheme and parts.netloc) or text.startswith("/"):
            return parts
    except ValueError:
        why = "invalid port or address after host"
    raise CelError(f'URL parse error during conversion from string: parse "{text}": {why}')


def _ip(value: Any) -> Any:
    try:
        return ipaddress.ip_address(_need(value, str))
    except ValueError as error:
        raise CelError(f'IP Address "{value}" parse error during conversion from string') from error


def _cidr(value: Any) -> Any:
    try:
        if "/" not in _need(value, str):
            raise ValueError
        return ipaddress.ip_interface(value)
    except ValueError as error:
        raise CelError(f'network address parse error during conversion from string: netip.ParsePrefix("{value}")') from error


def _contains_ip(network: Any, address: Any) -> bool:
    other = _ip(address) if isinstance(address, str) else address
    return bool(other in network.network)


def _contains_cidr(network: Any, inner: Any) -> bool:
    other = _cidr(inner) if isinstance(inner, str) else inner
    return bool(other.network.subnet_of(network.network))


def _is_sorted(values: list[Any]) -> bool:
    return all(compare(a, b) <= 0 for a, b in pairwise(values))


def _sum(values: list[Any]) -> Any:
    if values and isinstance(values[0], timedelta):
        return sum(values, timedelta())
    return sum(_need(value, int, float) for value in values)


def _extreme(sign: int) -> Function:
    def find(values: list[Any], *more: Any) -> Any:
        every = [values, *more] if more else values
        if not _need(every, list):
            raise CelError("min called on empty list" if sign < 0 else "max called on empty list")
        best = every[0]
        for value in every[1:]:
            best = value if compare(value, best) * sign > 0 else best
        return best

    return find


def _index_of(value: Any, wanted: Any, start: int = 0) -> int:
    if isinstance(value, str):
        return value.find(wanted, start)
    return next((i for i, item in enumerate(_need(value, list)) if equals(item, wanted)), -1)


def _last_index_of(value: Any, wanted: Any, start: int | None = None) -> int:
    if isinstance(value, str):
        return value.rfind(wanted) if start is None else value.rfind(wanted, 0, start + len(wanted))
    return next((i for i in reversed(range(len(_need(value, list)))) if equals(value[i], wanted)), -1)


def _compile(pattern: str) -> Pattern:
    try:
        return compile_pattern(_need(pattern, str))
    except BadPattern as error:
        raise CelError(str(error)) from error


def _matches(text: str, pattern: str) -> bool:
    return _compile(pattern).is_in(_need(text, str))


def _find(text: str, pattern: str) -> str:
    found = _compile(pattern).find(_need(text, str))
    return text[slice(*found)] if found else ""


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    found = (text[begin:end] for begin, end in _compile(pattern).find_all(_need(text, str)))
    return list(found if limit < 0 else islice(found, limit))


def _distinct(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(equals(value, other) for other in found):
            found.append(value)
    return found


def _flatten(values: list[Any], depth: int = 1) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += (
            _flatten(value, depth - 1)
            if isinstance(value, list) and depth > 1
            else value
            if isinstance(value, list)
            else [value]
        )
    return found


def _or(left: Any, right: Any) -> Any:
    return left if left.present else right


def _or_value(option: Any, value: Any) -> Any:
    return option.value if option.present else value


def _value(option: Any) -> Any:
    if not option.present:
        raise CelError("optional.none() dereference")
    return option.value


def _as_quantity(value: Any) -> Quantity:
    return new_quantity(value) if isinstance(value, int) else value


def _part(name: str) -> Function:
    def read(moment: Any, zone: str = "") -> int:
        return int(getattr(_need(moment, datetime), name))

    return read


def _seconds(divisor: int) -> Function:
    def read(value: Any, zone: str = "") -> int:
        return int(value.total_seconds() // divisor)

    return read


def _either(of_time: Function, of_duration: Function) -> Function:
    return lambda value, *zone: (of_time if isinstance(value, datetime) else of_duration)(value, *zone)


def _compare_to(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


FUNCTIONS: dict[str, Function] = {
    **FORMAT_FUNCTIONS,
    "size": _size,
    "int": _int,
    "uint": _int,
    "double": _double,
    "string": to_text,
    "bytes": lambda value: value if isinstance(value, bytes) else _need(value, str).encode(),
    "bool": _bool,
    "duration": _duration,
    "timestamp": _timestamp,
    "type": _type,
    "dyn": lambda value: value,
    "matches": _matches,
    "quantity": _quantity,
    "isQuantity": _succeeds(_quantity),
    "url": _url,
    "isURL": _succeeds(_url),
    "ip": _ip,
    "isIP": _succeeds(_ip),
    "ip.isCanonical": lambda text: str(_ip(text)) == text,
    "cidr": _cidr,
    "isCIDR": _succeeds(_cidr),
    "optional.of": lambda value: Optional(value, True),
    "optional.none": lambda: NONE,
    "optional.ofNonZeroValue": lambda value: Optional(value, True) if value else NONE,
    "math.greatest": _extreme(1),
    "math.least": _extreme(-1),
    "math.abs": lambda value: abs(_need(value, int, float)),
    "sets.contains": lambda left, right: all(any(equals(a, b) for a in left) for b in right),
    "sets.equivalent": lambda left, right: (
        all(any(equals(a, b) for a in left) for b in right) and all(any(equals(a, b) for b in right) for a in left)
    ),
    "sets.intersects": lambda left, right: any(equals(a, b) for a in left for b in right),
}

METHODS: dict[str, Function] = {
    **STRING_METHODS,
    **AUTHORIZER_METHODS,
    **FORMAT_METHODS,
    "size": _size,
    "matches": _matches,
    "find": _find,
    "findAll": _find_all,
    "indexOf": _index_of,
    "lastIndexOf": _last_index_of,
    "isSorted": _is_sorted,
    "sum": _sum,
    "min": _extreme(-1),
    "max": _extreme(1),
    "distinct": _distinct,
    "flatten": _flatten,
    "reverse": lambda value: value[::-1],
    "sort": lambda values: sorted(values),
    "slice": lambda values, start, end: values[start:end],
    "or": _or,
    "orValue": _or_value,
    "hasValue": lambda option: option.present,
    "value": _value,
    "getScheme": lambda url: url.scheme,
    "getHost": lambda url: url.netloc.rpartition("@")[2],
    "getHostname": lambda url: url.hostname or "",
    "getPort": lambda url: str(url.port or ""),
    "getEscapedPath": lambda url: url.path,
    "getQuery": lambda url: parse_qs(url.query),
    "isInteger": lambda quantity: quantity.nanos % 10**9 == 0,
    "asInteger": lambda quantity: quantity.nanos // 10**9,
    "asApproximateFloat": lambda quantity: quantity.nanos / 10**9,
    "sign": lambda quantity: (quantity.nanos > 0) - (quantity.nanos < 0),
    "add": lambda quantity, other: quantity + _as_quantity(other),
    "sub": lambda quantity, other: quantity - _as_quantity(other),
    "isLessThan": lambda quantity, other: quantity < other,
    "isGreaterThan": lambda quantity, other: quantity > other,
    "compareTo": _compare_to,
    "family": lambda address: address.version,
    "isLoopback": lambda address: address.is_loopback,
    "isUnspecified": lambda address: address.is_unspecified,
    "isLinkLocalMulticast": lambda address: address.is_multicast and address.is_link_local,
    "isLinkLocalUnicast": lambda address: address.is_link_local,
    "isGlobalUnicast": lambda address: (
        not (address.is_multicast or address.is_loopback or address.is_unspecified or address.is_link_local)
    ),
    "containsIP": _contains_ip,
    "containsCIDR": _contains_cidr,
    "ip": lambda network: network.ip,
    "masked": lambda network: network.network,
    "prefixLength": lambda network: network.network.prefixlen,
    "getFullYear": _part("year"),
    "getMonth": lambda moment, zone="": moment.month - 1,
    "getDate": _part("day"),
    "getDayOfMonth": lambda moment, zone="": moment.day - 1,
    "getDayOfWeek": lambda moment, zone="": moment.isoweekday() % 7,
    "getDayOfYear": lambda moment, zone="": moment.timetuple().tm_yday - 1,
    "getHours": _either(_part("hour"), _seconds(3600)),
    "getMinutes": _either(_part("minute"), _seconds(60)),
    "getSeconds": _either(_part("second"), _seconds(1)),
    "getMilliseconds": lambda value, zone="": (
        value.microsecond // 1000 if isinstance(value, datetime) else int(value.total_seconds() * 1000)
    ),
}
