"""No flag is silently ignored: whatever a verb declares is read by it, by the module that declares it, or by one that it imports."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag
from tests.verbs import Listed, list_verbs

PACKAGE = Path(__file__).parent.parent / "minikube_py"
ROOMS = ("minikube_py.kubectl", "minikube_py.cli_runtime", "minikube_py.minikube")
OF_ALL = {"minikube_py.cli_runtime.factory", "minikube_py.cli_runtime.flags"}  # read the global flags, and none of a verb's own
DECLARE = {"flag", "Flag", "timeout_flag"}

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


@cache
def reach(name: str) -> frozenset[str]:
    """Return a module and all that it imports, however far, within what makes up verbs."""
    found: set[str] = set()
    todo = [name]
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += [other for other in list_imports(module) if other.startswith(ROOMS) and other not in OF_ALL]
    return frozenset(found)


@cache
def list_composed(name: str) -> frozenset[str]:
    """Return what a module's f-strings of a text and a name can give: `f"keep-{part}"` with the texts of the module."""
    starts = [
        node.values[0].value
        for node in ast.walk(parse(name))
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[0], ast.Constant)
    ]
    return frozenset(f"{start}{text}" for start in starts if str(start).endswith("-") for text in list_read(name))


def is_read(flag: str, module: str) -> bool:
    """Return whether the module, or one that it uses, reads the flag."""
    return any(flag in list_read(name) or flag in list_composed(name) for name in reach(module))


def list_ignored(flags: Sequence[Flag], module: str) -> set[str]:
    return {flag.name for flag in flags if not flag.no_effect and not is_read(flag.name, module)}


@pytest.mark.parametrize("listed", VERBS, ids=lambda listed: str(listed.path))
def test_every_flag_is_read(listed: Listed) -> None:
    """One that changes nothing says so: it is declared with `no_effect`, which people are told and the help page shows."""
    assert list_ignored(listed.verb.flags, listed.module.__name__) == set()


def test_every_global_flag_is_read() -> None:
    readers = ("minikube_py.cli_runtime.factory", "minikube_py.cmd.mk")
    unread = {flag.name for flag in GLOBAL_FLAGS if not flag.no_effect and not any(flag.name in list_read(m) for m in readers)}
    assert unread == set()
