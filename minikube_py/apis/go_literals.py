"""API objects as Go's `%#v` prints them, which is how some error messages show a bad value.

Go prints addresses where a field is a pointer. They mean nothing to a reader, so pointers to plain values show the value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery.errors import format_value
from minikube_py.apimachinery.generated_names import hash_fnv1a
from minikube_py.apimachinery.gosyntax import format_go_map, format_go_strings

_SCALES = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def show_label_selector(selector: Mapping[str, Any] | None) -> str:
    """Return a metav1.LabelSelector as errors show one that a pointer leads to; `"null"` for None."""
    if selector is None:
        return '"null"'
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if expressions is None:
        shown = "[]v1.LabelSelectorRequirement(nil)"
    else:
        inner = ", ".join(map(_show_requirement, expressions))
        shown = f"[]v1.LabelSelectorRequirement{{{inner}}}"
    return f"v1.LabelSelector{{MatchLabels:{format_go_map(labels)}, MatchExpressions:{shown}}}"


def _show_requirement(expression: Mapping[str, Any]) -> str:
    key, operator = format_value(expression.get("key", "")), format_value(expression.get("operator", ""))
    return (
        f"v1.LabelSelectorRequirement{{Key:{key}, Operator:{operator}, Values:{format_go_strings(expression.get('values'))}}}"
    )


def tell_label_selector(selector: Mapping[str, Any] | None) -> str:
    """Return a metav1.LabelSelector by its String method, as `%v` prints a pointer to one."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    requirements = "".join(map(_tell_requirement, selector.get("matchExpressions") or ()))
    expressions = f"[]LabelSelectorRequirement{{{requirements}}}"
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:{expressions},}}"


def _tell_requirement(expression: Mapping[str, Any]) -> str:
    key, operator, values = (expression.get(field) or "" for field in ("key", "operator", "values"))
    return f"LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{' '.join(values)}],}},"


def show_int_or_string(value: int | str) -> str:
    """Return an intstr.IntOrString."""
    if isinstance(value, int):
        return f'intstr.IntOrString{{Type:0, IntVal:{value}, StrVal:""}}'
    return f"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{format_value(value)}}}"


def show_quantity(text: str, *, remembered: bool) -> str:
    """Return a resource.Quantity as it was written, `text` being its canonical form; `remembered` where it was formatted before."""
    from minikube_py.apimachinery.quantity import parse_quantity

    quantity = parse_quantity(text)
    written: str = getattr(text, "written", text)
    suffix = written.lstrip("+-.0123456789")
    if suffix.endswith("i"):  # a fraction of a binary amount is rounded before anything is made of it
        written, suffix = text, text.lstrip("+-.0123456789")
    fraction = written.removesuffix(suffix).partition(".")[2]
    exponent = int(suffix[1:]) if suffix[:1] in ("e", "E") and suffix[1:] else _SCALES.get(suffix, 0)
    scale = exponent - len(fraction)
    value = quantity.nanos // 10 ** (9 + scale) if scale >= -9 else quantity.nanos
    shown = str(quantity) if remembered else ""
    return (
        f"resource.Quantity{{i:resource.int64Amount{{value:{value}, scale:{max(scale, -9)}}}, "
        f'd:resource.infDecAmount{{Dec:(*inf.Dec)(nil)}}, s:"{shown}", Format:"{quantity.format}"}}'
    )


def show_struct(name: str, fields: Mapping[str, Any] | None) -> str:
    """Return a struct of type `name` with the fields that are set, in the order in which they stand."""
    return f"{name}{{{', '.join(f'{_capitalize(key)}:{_show(value)}' for key, value in (fields or {}).items())}}}"


def show_pointer(name: str, value: Any) -> str:
    """Return a pointer to a struct of type `name`: nil for None, else an address, which means as little as any other would."""
    return f"(*{name})({f'0xc{hash_fnv1a(repr(value).encode()):09x}' if value is not None else 'nil'})"


def show_unknown(value: Any) -> str:
    """Return a runtime.Unknown, an object kept as it came, byte by byte."""
    if value is None:
        return '"null"'
    raw = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    octets = ", ".join(f"0x{octet:x}" for octet in raw)
    kind = 'runtime.TypeMeta{APIVersion:"", Kind:""}'
    return f'runtime.Unknown{{TypeMeta:{kind}, Raw:[]uint8{{{octets}}}, ContentEncoding:"", ContentType:"application/json"}}'


def _capitalize(key: str) -> str:
    return key[:1].upper() + key[1:]


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return show_struct("", value)
    if isinstance(value, list):
        return "{" + ", ".join(_show(item) for item in value) + "}"
    return format_value(value)
