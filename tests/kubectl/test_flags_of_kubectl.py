"""Every verb takes the flags that kubectl 1.33's takes, with the same shorthands and defaults; where that kubectl is on PATH."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from minikube_py.apimachinery.duration import parse_seconds
from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag
from minikube_py.kubectl.cmd import groups
from tests.verbs import list_verbs

VERSION = "v1.33"
NAMES = ("kubectl.1.33", "kubectl")
HEADING = re.compile(r"^\S.*Commands.*:$")
FLAG = re.compile(r"^ {4}(?:-(\w), )?--([\w-]+)=(.*):$", re.MULTILINE)

NOT_THERE: dict[str, set[str]] = {}
"""Verb -> flags of kubectl's that it does not have here."""

OURS: dict[str, set[str]] = {"get": {"decode"}}
"""Verb -> flags that kubectl does not have."""

OWN_VERBS = {name for heading, names in groups.GROUPS if heading == groups.MORE for name in names} | {"options"}
OWN_GLOBALS = {"color"}
ELSEWHERE = {"cache-dir", "vmodule"}  # defaults that are a path of the user's, or of another type


@cache
def find_kubectl() -> str:
    """Return the path of a kubectl 1.33, "" without one."""
    for name in NAMES:
        path = shutil.which(name)
        if path and f"Client Version: {VERSION}" in ask(path, "version", "--client"):
            return path
    return ""


def ask(program: str, *words: str) -> str:
    env = {**os.environ, "KUBECONFIG": os.devnull, "HOME": "/nonexistent"}
    return subprocess.run([program, *words], capture_output=True, text=True, env=env, check=False).stdout


class Page(NamedTuple):
    """A help page: name -> (shorthand, default), and the sub-commands."""

    flags: dict[str, tuple[str, str]]
    subcommands: tuple[str, ...]


def parse_page(text: str) -> Page:
    commands = []
    inside = False
    for line in text.splitlines():
        if not line.startswith(" "):
            inside = bool(HEADING.match(line)) if line else inside
        elif inside and (match := re.match(r"  ([a-z][\w-]*) ", line)):
            commands.append(match[1])
    flags = {name: (short, default.strip("'")) for short, name, default in FLAG.findall(text)}
    return Page(flags, tuple(commands))


def walk(*path: str) -> Iterator[tuple[str, Page]]:
    page = parse_page(ask(find_kubectl(), *path, "--help"))
    if path:
        yield " ".join(path), page
    for name in page.subcommands:
        yield from walk(*path, name)


@cache
def read_pages() -> dict[str, Page]:
    return dict(walk())


def write_default(flag: Flag, like: str) -> str:
    """Return a flag's default as a help page of kubectl shows it; a duration of the same length as `like` is."""
    if flag.kind == "bool":
        return "true" if flag.default else "false"
    if flag.kind == "map" and not flag.default:
        return like if like in ("", "[]") else "{}"
    if flag.kind in ("slice", "array"):
        return f"[{','.join(flag.default)}]" if like or flag.default else ""  # a map without entries is shown as nothing
    if flag.kind in ("duration", "period"):
        return like if parse_seconds(like) == flag.default else f"{flag.default}s"
    return str(flag.default)


needs_kubectl = pytest.mark.skipif(not find_kubectl(), reason=f"no kubectl {VERSION} on PATH")


@needs_kubectl
def test_commands() -> None:
    ours = {listed.path for listed in list_verbs() if listed.path.partition(" ")[0] in groups.list_verbs()}
    there, known = ({path for path in paths if path.partition(" ")[0] not in OWN_VERBS} for paths in (ours, read_pages()))
    assert there == known


@needs_kubectl
def test_flags() -> None:
    ours = {listed.path: listed.verb for listed in list_verbs()}
    different = {}
    for path, page in read_pages().items():
        if path not in ours:
            continue
        flags = {flag.name: flag for flag in ours[path].flags}
        shown = {name for name, flag in flags.items() if not flag.hidden}
        missing = set(page.flags) - set(flags) - NOT_THERE.get(path, set())
        extra = shown - set(page.flags) - OURS.get(path, set())
        wrong = {
            name
            for name, (short, default) in page.flags.items()
            if name in flags and (flags[name].short, write_default(flags[name], default)) != (short, default)
        }
        if missing or extra or wrong:
            different[path] = {"missing": missing, "extra": extra, "wrong": wrong}
    assert different == {}


@needs_kubectl
def test_global_flags() -> None:
    """`kubectl options`: each is taken by every verb, as are those of ours."""
    flags = {flag.name: flag for flag in GLOBAL_FLAGS}
    page = parse_page(ask(find_kubectl(), "options"))
    assert set(flags) - OWN_GLOBALS == set(page.flags)
    for name, (short, default) in page.flags.items():
        if name not in ELSEWHERE:
            assert (flags[name].short, write_default(flags[name], default)) == (short, default), name


def test_a_page_is_read() -> None:
    text = (
        "Shows things.\n\nAvailable Commands:\n  one     First\n  two-b   Second\n\nOptions:\n"
        "    -A, --all=false:\n\tText.\n\n    --name='x':\n\tText.\n\nUsage:\n  kubectl show [options]\n"
    )
    assert parse_page(text) == Page({"all": ("A", "false"), "name": ("", "x")}, ("one", "two-b"))
