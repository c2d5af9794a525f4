"""`$(VAR)` in commands, arguments, values and subPathExpr.

https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

from collections.abc import Mapping


def expand(text: str, *scopes: Mapping[str, str]) -> str:
    """Replace each `$(NAME)` by its value in the first scope that has it; `$$` is a plain `$`, unknown names stay."""
    parts: list[str] = []
    position = 0
    while (start := text.find("$", position)) >= 0:
        parts.append(text[position:start])
        following = text[start + 1 : start + 2]
        end = text.find(")", start + 2) if following == "(" else -1
        if end >= 0:
            parts.append(_look_up(text[start + 2 : end], scopes))
            position = end + 1
        else:
            parts.append("$" if following == "$" else text[start : start + 2])
            position = start + 2
    parts.append(text[position:])
    return "".join(parts)


def find_missing(text: str, *scopes: Mapping[str, str]) -> list[str]:
    """Return the names referred to in `text` that no scope has, for subPathExpr, which may not have any."""
    seen: list[str] = []
    position = 0
    while (start := text.find("$", position)) >= 0:
        end = text.find(")", start + 2) if text.startswith("$(", start) else -1
        if end >= 0 and not any(text[start + 2 : end] in scope for scope in scopes):
            seen.append(text[start + 2 : end])
        position = end + 1 if end >= 0 else start + 2
    return seen


def _look_up(name: str, scopes: tuple[Mapping[str, str], ...]) -> str:
    for scope in scopes:
        if name in scope:
            return scope[name]
    return f"$({name})"
