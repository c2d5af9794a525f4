"""The difference of two values in the manner of go-cmp's reports, which end the messages about forbidden updates."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import format_value


def diff_structs(name: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return the lines that tell `old` (-) from `new` (+); fields and items that are alike are only counted."""
    return "\n".join(_diff_fields(f"{name}{{", old, new, 0)) + "\n"


def _line(mark: str, depth: int, text: str) -> str:
    return mark + " " + "\t" * depth + text


def _diff_fields(opening: str, old: dict[str, Any], new: dict[str, Any], depth: int) -> list[str]:
    lines = [_line(" ", depth, opening)]
    names = list(dict.fromkeys((*old, *new)))
    changed = [name for name in names if old.get(name) != new.get(name)]
    if same := len(names) - len(changed):
        lines.append(_line(" ", depth + 1, f"... // {same} identical field{'s' if same > 1 else ''}"))
    for name in changed:
        lines += _diff_value(f"{name[:1].upper()}{name[1:]}: ", old.get(name), new.get(name), depth + 1)
    return [*lines, _line(" ", depth, "}" if depth == 0 else "},")]


def _diff_value(label: str, old: Any, new: Any, depth: int) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        return _diff_fields(f"{label}{{", old, new, depth)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return _diff_items(label, old, new, depth)
    return [_line("-", depth, f"{label}{_show(old)},"), _line("+", depth, f"{label}{_show(new)},")]


def _diff_items(label: str, old: list[Any], new: list[Any], depth: int) -> list[str]:
    lines = [_line(" ", depth, f"{label}{{")]
    pairs = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    for before, after in pairs:
        lines += _diff_value("", before, after, depth + 1)
    if same := len(old) - len(pairs):
        lines.append(_line(" ", depth + 1, f"... // {same} identical element{'s' if same > 1 else ''}"))
    return [*lines, _line(" ", depth, "},")]


def _show(value: Any) -> str:
    if value is None:
        return "nil"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key[:1].upper()}{key[1:]}: {_show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(_show, value)) + "}"
    return format_value(value)
