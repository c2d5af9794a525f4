"""No flag is silently ignored: whatever a verb declares is read by it, by the module that declares it, or by one that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS
from tests.verbs import Listed, list_verbs

PACKAGE = Path(__file__).parent.parent / "minikube_py"
DECLARE = {"flag", "Flag", "timeout_flag"}

NO_EFFECT: dict[str, dict[str, str]] = {}
"""Verb -> flag -> why nothing reads it."""

GLOBAL_NO_EFFECT: dict[str, str] = {}
"""Global flag -> why nothing reads it."""

VERBS = [listed for listed in list_verbs() if listed.verb.run is not None]


@cache
def parse(name: str) -> ast.Module:
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None, name
    return ast.parse(Path(spec.origin).read_text())


@cache
def list_imports(name: str) -> frozenset[str]:
    """Return the modules of ours that a module imports, at its top or in a function."""
    found = set()
    for node in ast.walk(parse(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("minikube_py."):
            assert node.module is not None
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if is_module(f"{node.module}.{alias.name}")}
    return frozenset(found)


@cache
def is_module(name: str) -> bool:
    path = PACKAGE.parent / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@cache
def list_read(name: str) -> frozenset[str]:
    """Return the texts that stand in a module other than as the name of a flag that is declared."""
    tree = parse(name)
    declared = {id(node.args[0]) for node in ast.walk(tree) if is_declaration(node) and node.args}
    return frozenset(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in declared
    )


def is_declaration(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DECLARE


def is_read(flag: str, module: str) -> bool:
    """Return whether the module, or one that it imports, reads the flag."""
    return any(flag in list_read(name) for name in (module, *list_imports(module)))


def list_ignored(listed: Listed) -> set[str]:
    return {flag.name for flag in listed.verb.flags if not is_read(flag.name, listed.module.__name__)}


@pytest.mark.parametrize("listed", VERBS, ids=lambda listed: str(listed.path))
def test_every_flag_is_read(listed: Listed) -> None:
    assert list_ignored(listed) == set(NO_EFFECT.get(listed.path, ()))
