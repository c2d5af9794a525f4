"""All verbs of `mk`, for tests and pages that go over every one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.cmd import groups


class Listed(NamedTuple):
    """One verb: its heading, the words after `mk`, its module and record."""

    heading: str
    path: str
    module: ModuleType
    verb: Verb


@cache
def list_verbs() -> tuple[Listed, ...]:
    """Return every verb and sub-verb in the order of `mk --help`, then those of `mk minikube`; the hidden one is left out."""
    found: list[Listed] = []
    for heading, names in groups.GROUPS:
        for name in names:
            found += _walk(heading, name, groups.module_of(name))
    for heading, names in groups.CLUSTER_GROUPS:
        for name in names:
            found += _walk(heading, name, groups.cluster_module_of(name))
    found += _walk("Commands for Tutorials of minikube", "minikube", "minikube_py.minikube")
    return tuple(found)


def _walk(heading: str, path: str, module_name: str) -> Iterator[Listed]:
    module = import_module(module_name)
    verb: Verb = module.VERB
    yield Listed(heading, path, module, verb)
    for names, sub_module in verb.subcommands:
        yield from _walk(heading, f"{path} {names.partition('|')[0]}", sub_module)
