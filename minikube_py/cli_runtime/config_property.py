"""Single values of a kubeconfig by their path, `users.ann.token`: what `config set` and `config unset` change.

Names may hold dots: a name ends before the first part that is a field of the section's entries.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.cli_runtime.config_access import Config
from minikube_py.cli_runtime.config_schema import PREFERENCES, SECTIONS, Field
from minikube_py.cli_runtime.errors import CliError

Object = dict[str, Any]
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


class Property(NamedTuple):
    """A parsed path: a section (or a top-level field), an entry's name, a field of the entry."""

    path: str
    section: str
    name: str | None = None
    field: Field | None = None


def parse_property(path: str) -> Property:
    """Parse a path. Raises CliError where it leads nowhere."""
    section, *rest = path.split(".")
    if section in ("kind", "apiVersion", "current-context") and not rest:
        return Property(path, section)
    if section == "preferences":
        fields = {field.path_name: field for field in PREFERENCES}
        if not rest:
            return Property(path, section)
        if rest[0] not in fields:
            raise CliError(f"unable to parse {path} after [{{preferences api.Preferences}}] at api.Preferences")
        return Property(path, section, None, _end(path, fields[rest[0]], rest[1:]))
    if section not in SECTIONS:
        raise CliError(f"unable to parse {path} after [] at api.Config")
    if not rest:
        return Property(path, section)
    fields = {field.path_name: field for field in SECTIONS[section]}
    length = next((index for index in range(1, len(rest)) if rest[index] in fields), len(rest))
    name, after = ".".join(rest[:length]), rest[length:]
    return Property(path, section, name, _end(path, fields[after[0]], after[1:]) if after else None)


def _end(path: str, field: Field, rest: list[str]) -> Field:
    if not rest:
        return field
    if field.kind == "map":
        raise CliError("string is not of type struct")
    raise CliError(f"unable to parse one or more field values of {path}")


def set_property(config: Config, wanted: Property, text: str, *, raw_bytes: bool = False) -> None:
    """Set a value; a new entry is made for a name that is not there. Raises CliError."""
    if wanted.section == "current-context":
        config.current_context = text
    elif wanted.section == "preferences" and wanted.field:
        config.preferences[wanted.field.name] = _convert(wanted.field, text, raw_bytes)
    elif wanted.section in SECTIONS:
        entries = config.sections[wanted.section]
        if wanted.name is None or wanted.field is None:
            raise CliError(f"can't set a map to a value: map[{' '.join(sorted(entries))}]")
        value = _convert(wanted.field, text, raw_bytes)
        entries[wanted.name] = {**entries.get(wanted.name, {}), wanted.field.name: value}


def unset_property(config: Config, wanted: Property) -> None:
    """Remove a value, an entry or a whole section. Raises CliError where a value's entry is not there."""
    if wanted.section == "current-context":
        config.current_context = ""
    elif wanted.section == "preferences":
        config.preferences.pop(wanted.field.name, None) if wanted.field else config.preferences.clear()
    elif wanted.section in SECTIONS:
        entries = config.sections[wanted.section]
        if wanted.name is None:
            entries.clear()
        elif wanted.field is None:
            entries.pop(wanted.name, None)
        elif wanted.name not in entries:
            raise CliError(f"current map key `{wanted.name}` is invalid")
        else:
            entries[wanted.name].pop(wanted.field.name, None)


def _convert(field: Field, text: str, raw_bytes: bool) -> Any:
    if field.kind == "string":
        return text
    if field.kind == "bool":
        if text not in (*_TRUE, *_FALSE):
            raise CliError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
        return text in _TRUE
    if field.kind == "bytes":
        return _encode(text) if raw_bytes else _check_base64(text)
    if field.kind == "strings":
        raise CliError("unrecognized slice type. string")
    raise CliError("can't set a map to a value: map[]")


def _encode(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def _check_base64(text: str) -> str:
    import base64
    import binascii

    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        position = next((i for i, char in enumerate(text.rstrip("=")) if char not in alphabet), len(text))
        raise CliError(f"error decoding input value: illegal base64 data at input byte {position}") from error
    return text
