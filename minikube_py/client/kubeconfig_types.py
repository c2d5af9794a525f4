"""A type check of a kubeconfig file's content, in the words of Go's encoding/json, which kubectl reads it with.

Objects are looked through with their keys sorted, as kubectl sees them after YAML has become JSON; the first wrong type counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.gosyntax import TYPE_META

Object = dict[str, Any]

GROUP_VERSION_KIND = ("v1", "Config")
_SCHEME = "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"
_SECTIONS = {
    "clusters": (
        "NamedCluster",
        "cluster",
        "Cluster",
        frozenset(("server", "certificate-authority", "tls-server-name", "proxy-url")),
    ),
    "contexts": ("NamedContext", "context", "Context", frozenset(("cluster", "user", "namespace"))),
    "users": ("NamedAuthInfo", "user", "AuthInfo", frozenset(("token", "tokenFile", "username", "password", "as", "as-uid"))),
}


def check_config(content: Any) -> Object:
    """Return the content with what is null left out and a name for each entry. Raises ValueError with kubectl's words."""
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError(f"couldn't get version/kind; json parse error: {_word(content, 'value', TYPE_META)}")
    version, kind = content.get("apiVersion") or "v1", content.get("kind") or "Config"
    if (version, kind) != GROUP_VERSION_KIND:
        raise ValueError(f'no kind "{kind}" is registered for version "{version}" in scheme "{_SCHEME}"')
    for problem in _list_problems(content):
        raise ValueError(problem)
    sections = {name: [{**e, "name": e.get("name") or ""} for e in content.get(name) or [] if e] for name in _SECTIONS}
    return {**content, **{name: entries for name, entries in sections.items() if name in content}}


def _list_problems(config: Object) -> Iterator[str]:
    for key in sorted(config, key=str):
        value = config[key]
        if value is None:
            continue
        if key in _SECTIONS:
            yield from _check_section(key, value)
        elif key == "current-context" and not isinstance(value, str):
            yield _word(value, f"struct field Config.{key}", "string")
        elif key == "preferences" and not isinstance(value, dict):
            yield _word(value, f"struct field Config.{key}", "v1.Preferences")
        elif key == "extensions":
            yield from _check_entries("Config.extensions", value, "NamedExtension")


def _check_section(section: str, entries: Any) -> Iterator[str]:
    named, inner, struct, texts = _SECTIONS[section]
    yield from _check_entries(f"Config.{section}", entries, named)
    for entry in entries:
        value = (entry or {}).get(inner)
        if value is None:
            continue
        if not isinstance(value, dict):
            yield _word(value, f"struct field {named}.{section}.{inner}", f"v1.{struct}")
            continue
        for key in sorted(value, key=str):
            where = f"{struct}.{section}.{inner}.{key}"
            if key in texts and value[key] is not None and not isinstance(value[key], str):
                yield _word(value[key], f"struct field {where}", "string")
            if key.endswith("-data") and isinstance(value[key], str):
                yield from _check_data(value[key])
            if key == "extensions" and value[key] is not None:
                yield from _check_entries(where, value[key], "NamedExtension")


def _check_data(text: str) -> Iterator[str]:
    from minikube_py.apimachinery.scalars import canonicalize_base64

    try:
        canonicalize_base64(text)
    except ValueError as error:
        yield str(error)


def _check_entries(where: str, entries: Any, named: str) -> Iterator[str]:
    if not isinstance(entries, list):
        yield _word(entries, f"struct field {where}", f"[]v1.{named}")
        return
    for entry in entries:
        if entry is not None and not isinstance(entry, dict):
            yield _word(entry, f"struct field {where}", f"v1.{named}")
        elif entry and not isinstance(entry.get("name") or "", str):
            yield _word(entry["name"], f"struct field {named}.{where.partition('.')[2]}.name", "string")


def _word(value: Any, where: str, go_type: str) -> str:
    kind = {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
    return f"json: cannot unmarshal {kind} into Go {where} of type {go_type}"
