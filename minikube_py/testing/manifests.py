"""From what a test has to objects: dicts, YAML text, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.yaml_load import load_documents

Object = dict[str, Any]
Manifest = Object | str | Path | Iterable[Object]
SUFFIXES = (".yaml", ".yml", ".json")


def list_objects(manifest: Manifest) -> list[Object]:
    """Return the objects of a manifest; those of a List one by one. Text of one line that ends like a file's name is a path.

    Raises ValueError for what is no object, OSError.
    """
    return [item for obj in _read(manifest) for item in _flatten(obj)]


def _read(manifest: Manifest) -> Iterator[Any]:
    if isinstance(manifest, dict):
        yield manifest
    elif isinstance(manifest, Path):
        files = sorted(f for f in manifest.rglob("*") if f.suffix in SUFFIXES) if manifest.is_dir() else [manifest]
        for file in files:
            yield from _parse(file.read_bytes(), str(file))
    elif isinstance(manifest, str):
        if "\n" not in manifest and manifest.endswith(SUFFIXES):
            yield from _read(Path(manifest))
        else:
            yield from _parse(manifest.encode(), "manifest")
    else:
        yield from manifest


def _parse(data: bytes, source: str) -> Iterator[Any]:
    return (document.object for document in load_documents(data, source))


def _flatten(obj: Any) -> Iterator[Object]:
    if not isinstance(obj, dict) or not obj.get("kind") or not obj.get("apiVersion"):
        raise ValueError(f"not an object with apiVersion and kind: {obj!r}")
    if obj["kind"].endswith("List") and "items" in obj:
        for item in obj["items"]:
            yield from _flatten(item)
    elif not isinstance(obj.get("metadata"), dict):
        raise ValueError(f"an object without metadata: {obj!r}")
    else:
        yield obj
