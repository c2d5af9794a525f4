"""The types that functions and operators take and give, as cel-go and Kubernetes' libraries declare them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from minikube_py.apimachinery.cel.types import DYN, NUMBERS, Type, agree, put_in

_COMPARABLE = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
_ORDERED = "".join(f"_{sign}_({kind}, {kind}) bool; " for sign in ("<", "<=", ">", ">=") for kind in _COMPARABLE) + "".join(
    f"_{sign}_({a}, {b}) bool; " for sign in ("<", "<=", ">", ">=") for a in NUMBERS for b in NUMBERS if a != b
)
_CALCULATED = "".join(f"_{sign}_({kind}, {kind}) {kind}; " for sign in "+-*/" for kind in NUMBERS)
_TIMES = "".join(
    f"{kind}.get{part}() int; {kind}.get{part}(string) int; "
    for kind, parts in (
        ("timestamp", ("FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "Hours", "Minutes", "Seconds")),
        ("duration", ("Hours", "Minutes", "Seconds", "Milliseconds")),
        ("timestamp", ("Milliseconds",)),
    )
    for part in parts
)
_TABLE = f"""
{_ORDERED} {_CALCULATED} {_TIMES}
_%_(int, int) int; _%_(uint, uint) uint; _+_(string, string) string; _+_(bytes, bytes) bytes; _+_(list(T), list(T)) list(T);
_+_(timestamp, duration) timestamp; _+_(duration, timestamp) timestamp; _+_(duration, duration) duration;
_-_(timestamp, timestamp) duration; _-_(timestamp, duration) timestamp; _-_(duration, duration) duration;
_==_(T, T) bool; _!=_(T, T) bool; @in(T, list(T)) bool; @in(T, map(T, V)) bool;
_&&_(bool, bool) bool; _||_(bool, bool) bool; !_(bool) bool; -_(int) int; -_(double) double; _?_:_(bool, T, T) T;
_[_](list(T), int) T; _[_](map(K, V), K) V; _[_](optional(list(T)), int) optional(T); _[_](optional(map(K, V)), K) optional(V);
size(string) int; size(bytes) int; size(list(T)) int; size(map(K, V)) int;
string.size() int; bytes.size() int; list(T).size() int; map(K, V).size() int;
int(int) int; int(uint) int; int(double) int; int(string) int; int(timestamp) int; int(duration) int;
uint(uint) uint; uint(int) uint; uint(double) uint; uint(string) uint;
double(double) double; double(int) double; double(uint) double; double(string) double;
string(string) string; string(bool) string; string(int) string; string(uint) string; string(double) string; string(bytes) string;
string(timestamp) string; string(duration) string; bytes(bytes) bytes; bytes(string) bytes; bool(bool) bool; bool(string) bool;
duration(duration) duration; duration(string) duration; timestamp(timestamp) timestamp; timestamp(string) timestamp;
timestamp(int) timestamp; dyn(A) dyn; type(A) type;
matches(string, string) bool; string.matches(string) bool; string.contains(string) bool; string.startsWith(string) bool;
string.endsWith(string) bool; string.charAt(int) string; string.indexOf(string) int; string.indexOf(string, int) int;
string.lastIndexOf(string) int; string.lastIndexOf(string, int) int; string.lowerAscii() string; string.upperAscii() string;
string.replace(string, string) string; string.replace(string, string, int) string; string.split(string) list(string);
string.split(string, int) list(string); string.substring(int) string; string.substring(int, int) string; string.trim() string;
string.reverse() string; string.format(list(dyn)) string; list(string).join() string; list(string).join(string) string;
string.find(string) string; string.findAll(string) list(string); string.findAll(string, int) list(string);
list(T).isSorted() bool; list(int).sum() int; list(double).sum() double; list(uint).sum() uint; list(duration).sum() duration;
list(T).min() T; list(T).max() T; list(T).indexOf(T) int; list(T).lastIndexOf(T) int;
list(T).distinct() list(T); list(T).reverse() list(T); list(T).sort() list(T); list(T).slice(int, int) list(T);
isURL(string) bool; url(string) URL; URL.getScheme() string; URL.getHost() string; URL.getHostname() string; URL.getPort() string;
URL.getEscapedPath() string; URL.getQuery() map(string, list(string));
isQuantity(string) bool; quantity(string) Quantity; Quantity.isInteger() bool; Quantity.asInteger() int;
Quantity.asApproximateFloat() double; Quantity.sign() int; Quantity.add(Quantity) Quantity; Quantity.add(int) Quantity;
Quantity.sub(Quantity) Quantity; Quantity.sub(int) Quantity; Quantity.isLessThan(Quantity) bool; Quantity.isGreaterThan(Quantity) bool;
Quantity.compareTo(Quantity) int;
isIP(string) bool; ip(string) IP; ip.isCanonical(string) bool; IP.family() int; IP.isUnspecified() bool; IP.isLoopback() bool;
IP.isLinkLocalMulticast() bool; IP.isLinkLocalUnicast() bool; IP.isGlobalUnicast() bool; string(IP) string;
isCIDR(string) bool; cidr(string) CIDR; CIDR.containsIP(IP) bool; CIDR.containsIP(string) bool; CIDR.containsCIDR(CIDR) bool;
CIDR.containsCIDR(string) bool; CIDR.ip() IP; CIDR.masked() CIDR; CIDR.prefixLength() int; string(CIDR) string;
sets.contains(list(T), list(T)) bool; sets.equivalent(list(T), list(T)) bool; sets.intersects(list(T), list(T)) bool;
optional.of(T) optional(T); optional.none() optional(T); optional.ofNonZeroValue(T) optional(T); optional(T).hasValue() bool;
optional(T).value() T; optional(T).orValue(T) T; optional(T).or(optional(T)) optional(T);
format.named(string) optional(Format); Format.validate(string) optional(list(string));
Authorizer.path(string) PathCheck; Authorizer.group(string) GroupCheck; Authorizer.serviceAccount(string, string) Authorizer;
PathCheck.check(string) Decision; GroupCheck.resource(string) ResourceCheck; ResourceCheck.subresource(string) ResourceCheck;
ResourceCheck.namespace(string) ResourceCheck; ResourceCheck.name(string) ResourceCheck; ResourceCheck.check(string) Decision;
ResourceCheck.fieldSelector(string) ResourceCheck; ResourceCheck.labelSelector(string) ResourceCheck;
Decision.allowed() bool; Decision.reason() string; Decision.errored() bool; Decision.error() string;
"""
_SHOWN = {
    "URL": "kubernetes.URL",
    "Quantity": "kubernetes.Quantity",
    "IP": "net.IP",
    "CIDR": "net.CIDR",
    "Format": "kubernetes.NamedFormat",
    "Authorizer": "kubernetes.authorization.Authorizer",
    "PathCheck": "kubernetes.authorization.PathCheck",
    "GroupCheck": "kubernetes.authorization.GroupCheck",
    "ResourceCheck": "kubernetes.authorization.ResourceCheck",
    "Decision": "kubernetes.authorization.Decision",
}
AUTHORIZER, RESOURCE_CHECK = Type(_SHOWN["Authorizer"]), Type(_SHOWN["ResourceCheck"])
UNKNOWN = Type("dyn", (), "unknown")


class Overload(NamedTuple):
    """One way to call a function; `target` is what a method is called of."""

    target: Type | None
    args: tuple[Type, ...]
    result: Type


def find_result(function: str, target: Type | None, args: tuple[Type, ...]) -> Type | None:
    """Return what a call gives, UNKNOWN for functions that no types are known of, None where no overload matches."""
    every = load().get(function)
    if every is None or not any((overload.target is None) is (target is None) for overload in every):
        return UNKNOWN
    given = args if target is None else (target, *args)
    results = []
    for overload in every:
        wanted = overload.args if overload.target is None else (overload.target, *overload.args)
        bound: dict[str, Type] = {}
        is_of_form = (overload.target is None) is (target is None) and len(wanted) == len(given)
        if is_of_form and all(agree(w, g, bound) for w, g in zip(wanted, given, strict=True)):
            results.append(put_in(overload.result, bound))
    if not results:
        return None
    return results[0] if all(result == results[0] for result in results) else DYN


@cache
def load() -> dict[str, list[Overload]]:
    """Return the overloads of each function; those of a namespace by their whole name."""
    found = defaultdict(list)
    for line in filter(None, (part.strip() for part in _TABLE.split(";"))):
        match = re.fullmatch(r"(.+?)\(((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*)\) (\S.*)", _move_target(line))
        assert match is not None, line
        head, args, result = match.groups()
        target, bar, name = head.rpartition("|")
        found[name].append(Overload(_read(target) if bar else None, tuple(map(_read, _split(args))), _read(result)))
    return dict(found)


def _move_target(line: str) -> str:
    """Return a line with a bar between a method's target and its name."""
    match = re.match(
        r"((?:string|bytes|timestamp|duration|URL|Quantity|IP|CIDR|Semver|Authorizer|PathCheck|GroupCheck|ResourceCheck|Decision)|(?:list|map|optional)\([^()]*\))\.",
        line,
    )
    return f"{match[1]}|{line[match.end() :]}" if match else line


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _read(text: str) -> Type:
    name, bracket, rest = text.partition("(")
    params = tuple(map(_read, _split(rest[:-1]))) if bracket else ()
    return Type(_SHOWN.get(name, name), params)
