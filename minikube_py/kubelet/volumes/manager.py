"""All volumes of a pod: set up one after another, and the mounts of each container made from them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from minikube_py.component_base.real_paths import make_real_folders
from minikube_py.cri.runtime import Mount
from minikube_py.kubelet.env import ConfigError
from minikube_py.kubelet.expansion import expand, find_missing
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes import configmap, downwardapi, emptydir, hostpath, persistentvolumeclaim, projected, secret
from minikube_py.kubelet.volumes.ownership import MANAGED, set_volume_ownership
from minikube_py.kubelet.volumes.spec import MountError, SetUp, VolumeSources

SET_UPS: Mapping[str, SetUp] = {
    "emptyDir": emptydir.set_up,
    "configMap": configmap.set_up,
    "secret": secret.set_up,
    "downwardAPI": downwardapi.set_up,
    "projected": projected.set_up,
    "hostPath": hostpath.set_up,
    "persistentVolumeClaim": persistentvolumeclaim.set_up,
    "ephemeral": persistentvolumeclaim.set_up_ephemeral,
}
GENERATED = ("configMap", "secret", "downwardAPI", "projected")
"""Types whose files follow the API and that containers may only read."""


def set_up_volumes(pod: Object, directory: Path, sources: VolumeSources) -> tuple[dict[str, Path], dict[str, str]]:
    """Set up every volume under `directory`/volumes; setting up again brings changed contents.

    Returns the host path of each volume that is there, and why each other one is not.
    """
    ready: dict[str, Path] = {}
    failed: dict[str, str] = {}
    for volume in pod["spec"].get("volumes") or ():
        name, kind = volume["name"], get_type(volume)
        try:
            if kind not in SET_UPS:
                raise MountError(f"volumes of type {kind} are not supported")
            ready[name] = SET_UPS[kind](volume.get(kind) or {}, directory / "volumes" / name, sources)
            if sources.fs_group is not None and kind in MANAGED:
                set_volume_ownership(ready[name], sources.fs_group, read_only=kind in GENERATED)
        except (MountError, OSError) as error:
            failed[name] = str(error)
    return ready, failed


def get_type(volume: Object) -> str:
    """Return the key that says what a volume is, emptyDir where none does."""
    return next((key for key, value in volume.items() if key != "name" and value is not None), "emptyDir")


def make_mounts(
    pod: Object, container: Object, volumes: Mapping[str, Path], env: Mapping[str, str], directory: Path
) -> tuple[Mount, ...]:
    """Return a container's mounts. Raises ConfigError for a subPath that leaves its volume or cannot be made."""
    kinds = {volume["name"]: get_type(volume) for volume in pod["spec"].get("volumes") or ()}
    mounts: list[Mount] = []
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        name, kind = mount["name"], kinds.get(mount["name"], "")
        if name not in volumes:
            raise ConfigError(f'cannot find volume "{name}" to mount into container "{container["name"]}"')
        path = volumes[name].resolve()  # from here on no link is followed: containers can make some
        sub_path = _get_sub_path(mount, env)
        if sub_path and kind in GENERATED:
            copy = directory / "volume-subpaths" / name / container["name"] / str(index)
            path = _copy_sub_path(path, sub_path, copy).resolve()
        elif sub_path:
            path = _make_sub_path(path, sub_path, name)
        read_only = bool(mount.get("readOnly")) or kind in GENERATED
        mounts.append(Mount(_absolute(mount["mountPath"]), str(path), read_only))
    return tuple(mounts)


def _absolute(path: str) -> str:
    return path if path.startswith("/") else "/" + path


def _get_sub_path(mount: Object, env: Mapping[str, str]) -> str:
    if not mount.get("subPathExpr"):
        return str(mount.get("subPath", ""))
    missing = find_missing(mount["subPathExpr"], env)
    if missing:
        raise ConfigError(f'missing value for "{missing[0]}"')
    return expand(mount["subPathExpr"], env)


def _resolve(volume: Path, sub_path: str) -> Path:
    """Return the real path of `sub_path` in a volume, its links followed, or refuse it where it leads out."""
    if sub_path.startswith("/") or ".." in Path(sub_path).parts:
        raise ConfigError(f"subPath \"{sub_path}\" must be a relative path without '..'")
    base = volume.resolve()
    target = (base / sub_path).resolve()
    if not target.is_relative_to(base):
        raise ConfigError(f'subPath "{sub_path}" leads outside its volume')
    return target


def _make_sub_path(volume: Path, sub_path: str, name: str) -> Path:
    target = _resolve(volume, sub_path)
    if not target.exists():
        try:
            make_real_folders(str(volume), target.relative_to(volume).parts, volume.stat().st_mode & 0o7777)
        except OSError as error:
            raise ConfigError(f'failed to create subPath directory for volumeMount "{name}": {error.strerror}') from error
    return target


def _copy_sub_path(volume: Path, sub_path: str, copy: Path) -> Path:
    """Freeze one file or folder of a generated volume: as in Kubernetes a subPath does not follow later changes."""
    target = _resolve(volume, sub_path)
    if not target.exists():
        raise ConfigError(f'subPath "{sub_path}" does not exist in volume "{volume.name}"')
    if copy.is_dir():
        shutil.rmtree(copy)
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if target.is_dir():
        shutil.copytree(target, copy)
    else:
        copy.unlink(missing_ok=True)
        shutil.copy(target, copy)
    return copy
