"""What a kubeconfig holds, as data: the fields of its entries, how each is written, and a type check of what is read.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Object = dict[str, Any]


class Field(NamedTuple):
    """One field. `kind` is string, bool, bytes (base64 text), strings, map, struct, list or extensions.

    `keep` writes it even when empty; `internal` is its name in `config set`, where that is another; `redact` hides it in a view.
    """

    name: str
    kind: str = "string"
    keep: bool = False
    internal: str = ""
    redact: str = ""
    is_path: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def path_name(self) -> str:
        """The name that `config set` knows it by."""
        return self.internal or self.name


OMITTED, REDACTED = "DATA+OMITTED", "REDACTED"
_EXTENSIONS = Field("extensions", "extensions")

CLUSTER = (
    Field("server", keep=True),
    Field("tls-server-name"),
    Field("insecure-skip-tls-verify", "bool"),
    Field("certificate-authority", is_path=True),
    Field("certificate-authority-data", "bytes", redact=OMITTED),
    Field("proxy-url"),
    Field("disable-compression", "bool"),
    _EXTENSIONS,
)
EXEC = (
    Field("command", keep=True),
    Field("args", "strings", keep=True),
    Field("env", "list", keep=True),
    Field("apiVersion"),
    Field("installHint"),
    Field("provideClusterInfo", "bool", keep=True),
    Field("interactiveMode"),
)
USER = (
    Field("client-certificate", is_path=True),
    Field("client-certificate-data", "bytes", redact=OMITTED),
    Field("client-key", is_path=True),
    Field("client-key-data", "bytes", redact=OMITTED),
    Field("token", redact=REDACTED),
    Field("tokenFile", is_path=True),
    Field("as", internal="act-as"),
    Field("as-uid", internal="act-as-uid"),
    Field("as-groups", "strings", internal="act-as-groups"),
    Field("as-user-extra", "map", internal="act-as-user-extra"),
    Field("username"),
    Field("password", redact=REDACTED),
    Field("auth-provider", "struct", fields=(Field("name", keep=True), Field("config", "map", keep=True))),
    Field("exec", "struct", fields=EXEC),
    _EXTENSIONS,
)
CONTEXT = (Field("cluster", keep=True), Field("user", keep=True), Field("namespace"), _EXTENSIONS)
PREFERENCES = (Field("colors", "bool"), _EXTENSIONS)

SECTIONS: dict[str, tuple[Field, ...]] = {"clusters": CLUSTER, "users": USER, "contexts": CONTEXT}
STRUCTS = {"clusters": "Cluster", "users": "AuthInfo", "contexts": "Context"}
INTERACTIVE_BY_DEFAULT = ("client.authentication.k8s.io/v1alpha1", "client.authentication.k8s.io/v1beta1")


class WrongType(Exception):
    """A value of a type that the field cannot have; the text is that of Go's JSON decoder."""


_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "string"),
    "bool": (bool, "bool"),
    "bytes": (str, "[]uint8"),
    "strings": (list, "[]string"),
    "map": (dict, "map[string]string"),
    "struct": (dict, "struct"),
    "list": (list, "[]v1.ExecEnvVar"),
    "extensions": (list, "[]v1.NamedExtension"),
}
_EMPTY: dict[str, Any] = {"string": "", "bool": False}


def normalize(value: Object, fields: tuple[Field, ...], where: str = "") -> Object:
    """Return `value` as kubectl writes it: known fields in their order, empty ones left out. Raises WrongType."""
    result: Object = {}
    for field in fields:
        found = value.get(field.name)
        if found is not None:
            found = _check(found, field, f"{where}.{field.name}")
        if found or field.keep:
            result[field.name] = _EMPTY.get(field.kind) if found is None else found
    return result


def _check(found: Any, field: Field, where: str) -> Any:
    expected, go_name = _TYPES[field.kind]
    matches: bool = isinstance(found, expected)
    if not matches:
        raise WrongType(f"json: cannot unmarshal {_json_type(found)} into Go struct field {where} of type {go_name}")
    if field.kind == "extensions":
        return sorted(found, key=lambda extension: str(extension["name"]))
    if field.kind == "map":
        return dict(sorted(found.items()))
    if field.kind != "struct":
        return found
    checked = normalize(found, field.fields, where)
    if field.name == "exec" and checked.get("apiVersion") in INTERACTIVE_BY_DEFAULT:
        checked.setdefault("interactiveMode", "IfAvailable")
    return checked or None


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    names: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def redact(entry: Object, fields: tuple[Field, ...], *, secrets: bool = True) -> Object:
    """Return an entry with keys, certificates and (with `secrets`) passwords hidden."""
    hidden = {field.name: field.redact for field in fields if field.redact and (secrets or field.redact == OMITTED)}
    return {name: hidden.get(name, value) if value else value for name, value in entry.items()}


def change_paths(entry: Object, fields: tuple[Field, ...], change: Callable[[str], str]) -> Object:
    """Return an entry with `change` done to the names of files in it."""
    names = {field.name for field in fields if field.is_path}
    return {name: change(value) if name in names and value else value for name, value in entry.items()}


def list_embeddable(fields: tuple[Field, ...]) -> Iterator[tuple[str, str]]:
    """Yield pairs of a field that names a file and the field that may hold the file's content instead."""
    names = {field.name for field in fields}
    for field in fields:
        if field.is_path and f"{field.name}-data" in names:
            yield field.name, f"{field.name}-data"
