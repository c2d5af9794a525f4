"""The keys of a config map or secret as files: what their volumes, and their sources in projected volumes, have alike."""

from __future__ import annotations

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.atomic_writer import FileProjection
from minikube_py.kubelet.volumes.spec import MountError


def project_keys(
    contents: dict[str, bytes] | None, source: Object, default_mode: int, words: tuple[str, str]
) -> dict[str, FileProjection]:
    """Return a file for each key, or for those of `source.items`; of an optional source without what is not there.

    `contents` is None where there is no such object. `words` are what errors call it and its keys. Raises MountError.
    """
    if contents is None:
        if source.get("optional"):
            return {}
        raise MountError(f'{words[0]} "{source.get("name", "")}" not found')
    if not source.get("items"):
        return {key: FileProjection(value, default_mode) for key, value in contents.items()}
    files: dict[str, FileProjection] = {}
    for item in source["items"]:
        if item["key"] in contents:
            files[item["path"]] = FileProjection(contents[item["key"]], item.get("mode", default_mode))
        elif not source.get("optional"):
            raise MountError(f"references non-existent {words[1]} key: {item['key']}")
    return files
