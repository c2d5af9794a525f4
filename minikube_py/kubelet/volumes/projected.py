"""projected volumes: config maps, secrets, fields of the pod and service account tokens in one folder."""

from __future__ import annotations

from pathlib import Path

from minikube_py.apimachinery.errors import StatusError
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes import configmap, downwardapi, secret
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, show
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources

_COLLECTORS = {"configMap": configmap.collect, "secret": secret.collect, "downwardAPI": downwardapi.collect}


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Write the files of every source, a later one over an earlier. Raises MountError with all that is wrong."""
    mode = source.get("defaultMode", 0o644)
    files: dict[str, FileProjection] = {}
    failures: list[str] = []
    for projection in source.get("sources") or ():
        try:
            files |= _collect(projection, mode, sources)
        except MountError as error:
            failures.append(str(error))
    if failures:
        raise MountError(failures[0] if len(failures) == 1 else "[" + ", ".join(failures) + "]")
    return show(directory, files, sources)


def _collect(projection: Object, mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    for kind, collect in _COLLECTORS.items():
        if projection.get(kind) is not None:
            return collect(projection[kind], mode, sources)
    if projection.get("serviceAccountToken") is not None:
        return _request_token(projection["serviceAccountToken"], mode, sources)
    raise MountError(f"{next(iter(projection), 'an empty source')} is not supported in a projected volume")


def _request_token(source: Object, mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    try:
        token = sources.request_token(source.get("audience", ""), source.get("expirationSeconds", 3600))
    except StatusError as error:
        account = sources.pod["spec"].get("serviceAccountName", "default")
        raise MountError(f'failed to fetch token of serviceaccount "{account}": {error.message}') from error
    return {source["path"]: FileProjection(token.encode(), mode)}
