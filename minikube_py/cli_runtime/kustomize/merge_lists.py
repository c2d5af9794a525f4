"""Merging of lists by keys, with what a patch adds before what is there.

Items with several keys (ports: a number and a protocol) are the same where the keys that both have are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.merge_values import CLEARED, MISSING, is_absent
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, text_of

Merge = Callable[[Any, Any], Any]
Values = tuple[str, ...]


def merge_items(old: list[Any], patch: list[Any], keys: Sequence[str], merge: Merge) -> list[Any]:
    """Return the merged list; `old` may be `patch` itself where there was none. No keys: a list of scalars."""
    if not keys:
        texts = [text_of(item) for item in (*patch, *old) if is_scalar(item)]
        wanted: list[Values] = [(text,) for text in dict.fromkeys(texts)]
        keys = ("",)
    else:
        wanted = list(dict.fromkeys(_values_of(item, keys) for item in (*patch, *old)))
    if len(keys) > 1:
        wanted = _unite(wanted)
    merged: list[Any] = []
    present = _keys_given(wanted, keys)
    for values in wanted:
        have = [(key, value) for key, value in zip(keys, values, strict=True) if key in present or not present]
        item = merge(_find(old, have), _find(patch, have))
        if item is CLEARED or is_absent(item) or item == {}:
            old[:] = [other for other in old if not _matches(other, have)]
            continue
        for key, value in have:
            if key and value and isinstance(item, dict) and item.get(key) is None:
                item[key] = value
        _put(merged, item, have)
    for item in old:
        _append_old(merged, item, [key for key in keys if key in present or not present])
    return merged


def _values_of(item: Any, keys: Sequence[str]) -> Values:
    if not isinstance(item, dict):
        return tuple("" for _ in keys)
    return tuple("" if item.get(key) in (None, "", {}, []) else text_of(item[key]) for key in keys)


def _unite(wanted: list[Values]) -> list[Values]:
    """Return the values in which those that only miss something are filled in from one another."""
    result = list(wanted)
    for i in range(len(result)):
        for j in range(len(result)):
            if (united := _unite_two(result[i], result[j])) is not None:
                result[i] = result[j] = united
    return result


def _unite_two(one: Values, other: Values) -> Values | None:
    pairs = list(zip(one, other, strict=True))
    if any(a and b and a != b for a, b in pairs) or not any(a == b for a, b in pairs):
        return None
    return tuple(a or b for a, b in pairs)


def _keys_given(wanted: Sequence[Values], keys: Sequence[str]) -> set[str]:
    return {key for values in wanted for key, value in zip(keys, values, strict=True) if value}


def _find(items: list[Any], have: list[tuple[str, str]]) -> Any:
    given = [(key, value) for key, value in have if value] or have
    return next((item for item in items if _matches(item, given)), MISSING)


def _matches(item: Any, have: list[tuple[str, str]]) -> bool:
    if have and have[0][0] == "":
        return is_scalar(item) and text_of(item) == have[0][1]
    if not isinstance(item, dict):
        return False
    return all(key in item and is_scalar(item[key]) and (not value or text_of(item[key]) == value) for key, value in have)


def _put(items: list[Any], item: Any, have: list[tuple[str, str]]) -> None:
    found = [index for index, other in enumerate(items) if _matches(other, have)]
    for index in found:
        items[index] = item
    if not found:
        items.append(item)


def _append_old(merged: list[Any], item: Any, keys: list[str]) -> None:
    """Put an item that was there behind the patch's; one that was merged stays in its place if there is one key."""
    if len(keys) > 1:
        have = [(key, text_of(item[key])) for key in keys if isinstance(item, dict) and item.get(key) is not None]
        merged[:] = [other for other in merged if not _matches(other, have)]
        merged.append(item)
        return
    if any(item is other for other in merged):
        return
    if keys and keys[0] == "":
        have = [("", text_of(item))]
    else:
        have = [(key, text_of(item[key])) for key in keys if isinstance(item, dict) and item.get(key) is not None]
        if len(have) < len(keys):
            merged.append(item)
            return
    _put(merged, item, have)
