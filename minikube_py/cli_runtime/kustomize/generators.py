"""configMapGenerator and secretGenerator."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.resource import Resource

Object = dict[str, Any]
_BOM = b"\xef\xbb\xbf"
_SPACE = b"\t\n\v\f\r "
_LINE = 70


def generate(loader: Loader, kind: str, args: Object) -> Resource:
    """Return the ConfigMap or Secret that an entry describes. Raises KustomizeError."""
    options: Object = args.get("options") or {}
    name = args.get("name") or ""
    if not name:
        raise KustomizeError("a configmap must have a name")
    obj: Object = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
    if namespace := args.get("namespace"):
        obj["metadata"]["namespace"] = namespace
    if kind == "Secret":
        obj["type"] = args.get("type") or "Opaque"
    data = _read_data(loader, name, args)
    obj.update(_encode_secret(data) if kind == "Secret" else _encode_config_map(data))
    for field in ("labels", "annotations"):
        if options.get(field):
            obj["metadata"][field] = dict(options[field])
    if options.get("immutable"):
        obj["immutable"] = True
    resource = Resource(obj)
    resource.needs_hash = not options.get("disableNameSuffixHash")
    resource.behavior = args.get("behavior") or ""
    return resource


def merge_options(own: Object | None, general: Object | None) -> Object:
    """Return an entry's options with the kustomization's generatorOptions below them; what is true there stays true."""
    own, general = own or {}, general or {}
    merged: Object = {field: {**(general.get(field) or {}), **(own.get(field) or {})} for field in ("labels", "annotations")}
    for field in ("disableNameSuffixHash", "immutable"):
        merged[field] = bool(own.get(field) or general.get(field))
    return merged


def _read_data(loader: Loader, name: str, args: Object) -> dict[str, bytes]:
    sources = (
        ("envs", "env source files: ", _read_env_files),
        ("literals", "literal sources ", _read_literals),
        ("files", "file sources: ", _read_files),
    )
    data: dict[str, bytes] = {}
    pairs: list[tuple[str, bytes]] = []
    for field, what, read in sources:
        given = args.get(field) or []
        try:
            pairs += read(loader, given)
        except KustomizeError as error:
            raise error.wrap(f"{what}[{' '.join(given)}]").wrap("loading KV pairs") from error
    for key, value in pairs:
        if key in data:
            raise KustomizeError(f"configmap {name} illegally repeats the key `{key}`")
        data[key] = value
    return data


def _read_literals(_: Loader, sources: list[str]) -> Iterator[tuple[str, bytes]]:
    for source in sources:
        key, equals, value = source.partition("=")
        if not key or not equals:
            raise KustomizeError(f"invalid literal source {source}, expected key=value")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        yield key, value.encode()


def _read_files(loader: Loader, sources: list[str]) -> Iterator[tuple[str, bytes]]:
    for source in sources:
        key, path = _parse_file_source(source)
        yield key, loader.load(path)


def _parse_file_source(source: str) -> tuple[str, str]:
    key, equals, path = source.partition("=")
    if not equals:
        return posixpath.basename(source.rstrip("/")) or "/", source
    if "=" in path:
        raise KustomizeError(f"source \"{source}\" key name or file path contains '='")
    if not key:
        raise KustomizeError(f'missing key name for file path "{path}" in source "{source}"')
    if not path:
        raise KustomizeError(f'missing file path for key name "{key}" in source "{source}"')
    return key, path


def _read_env_files(loader: Loader, paths: list[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        lines = loader.load(path).split(b"\n")
        for number, line in enumerate(lines):
            line = line.removesuffix(b"\r")
            try:
                line.decode()
            except UnicodeDecodeError:
                shown = " ".join(str(byte) for byte in line)
                raise KustomizeError(f"line [{shown}] has invalid utf8 bytes : {line.decode(errors='replace')}") from None
            line = (line.removeprefix(_BOM) if number == 0 else line).lstrip(_SPACE)
            if line and not line.startswith(b"#"):
                key, _, value = line.partition(b"=")
                if key:
                    yield key.decode(), value


def _encode_config_map(data: Mapping[str, bytes]) -> Object:
    fields: Object = {}
    for key in sorted(data):
        try:
            fields.setdefault("data", {})[key] = data[key].decode()
        except UnicodeDecodeError:
            fields.setdefault("binaryData", {})[key] = _encode_base64(data[key])
    return fields


def _encode_secret(data: Mapping[str, bytes]) -> Object:
    return {"data": {key: _encode_base64(value) for key, value in sorted(data.items())}}


def _encode_base64(value: bytes) -> str:
    """Return base64, in lines that each end where there are several."""
    text = base64.b64encode(value).decode()
    if len(text) < _LINE:
        return text
    return "".join(text[start : start + _LINE] + "\n" for start in range(0, len(text), _LINE))
