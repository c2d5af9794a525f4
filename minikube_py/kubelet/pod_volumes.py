"""The volumes of one pod over its life: set up before its containers, renewed when what they show has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from minikube_py.component_base.removal import remove_tree
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.node_services import NodeServices, Wakes
from minikube_py.kubelet.volumes.manager import set_up_volumes
from minikube_py.kubelet.volumes.spec import VolumeSources

FIRST_RETRY = 0.5
LONGEST_RETRY = 122.0
REFRESH_SECONDS = 60.0
TOKEN_LIFE_USED = 0.8
TOKEN_MAX_AGE = 24 * 3600.0
"""The part of its life after which a service account token is replaced."""


class PodVolumes:
    """The volumes of one pod. `paths` are the host paths of those that are there, by name."""

    def __init__(self, node: NodeServices, uid: str) -> None:
        self.paths: dict[str, Path] = {}
        self._node = node
        self._directory = node.get_pod_directory(uid)
        self._tokens: dict[tuple[str, int], tuple[str, float]] = {}
        self._delay = FIRST_RETRY
        self._retry_at = 0.0
        self._refresh_at = 0.0
        self._seen: object = None

    def sync(self, pod: Object, view: Object, wakes: Wakes, record: Callable[[str, str, str], None]) -> bool:
        """Set up or renew the volumes if it is time; return whether all are there. Events tell what is wrong.

        `view` is the pod as the downward API shows it.
        """
        volumes = pod["spec"].get("volumes") or ()
        complete = all(volume["name"] in self.paths for volume in volumes)
        now, seen = wakes.now, self._take_fingerprint(pod)
        if not volumes or (complete and now < self._refresh_at and seen == self._seen):
            wakes.at(self._refresh_at if volumes and self._tokens else None)
            return complete
        if not complete and now < self._retry_at and seen == self._seen:
            wakes.at(self._retry_at)
            return False
        self._seen = seen
        ready, failed = set_up_volumes(pod, self._directory, self._make_sources(view, now))
        self.paths |= ready
        for name, why in failed.items():
            record("Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{name}" : {why}')
        self._refresh_at = now + REFRESH_SECONDS
        if failed:
            self._retry_at = now + self._delay
            self._delay = min(self._delay * 2, LONGEST_RETRY)
            wakes.at(self._retry_at)
        elif self._tokens:
            wakes.at(self._refresh_at)
        return all(volume["name"] in self.paths for volume in volumes)

    def remove(self) -> None:
        """Delete what the pod's volumes hold on this node; folders of the host stay."""
        self.paths.clear()
        for name in ("volumes", "volume-subpaths"):
            remove_tree(self._directory / name)

    def _take_fingerprint(self, pod: Object) -> object:
        """Return a value that differs when the volumes' contents may differ: the pod's own fields and what it refers to."""
        metadata = pod["metadata"]
        versions = []
        for kind, name in list_references(pod):
            get = self._node.get_config_map if kind == "configMap" else self._node.get_secret
            found = get(metadata["namespace"], name)
            versions.append((kind, name, found["metadata"].get("resourceVersion") if found else None))
        return (metadata.get("labels"), metadata.get("annotations"), versions)

    def _make_sources(self, view: Object, now: float) -> VolumeSources:
        node = self._node

        def request_token(audience: str, seconds: int) -> str:
            token, expiry = self._tokens.get((audience, seconds), ("", 0.0))
            if not token or now > expiry - seconds + min(TOKEN_LIFE_USED * seconds, TOKEN_MAX_AGE):
                account = view["spec"].get("serviceAccountName") or "default"
                token, expiry = node.request_token(view["metadata"]["namespace"], account, view, audience, seconds)
                if token:  # a runtime without processes promises only, and there is nothing to renew
                    self._tokens[audience, seconds] = (token, expiry)
            return token

        return VolumeSources(
            pod=view,
            get_config_map=node.get_config_map,
            get_secret=node.get_secret,
            get_claim=node.get_claim,
            get_volume=node.get_volume,
            request_token=request_token,
            allocatable=node.get_allocatable(),
            now=now,
            writes_files=node.options.writes_files,
            volumes_dir=node.options.volumes_dir,
        )


def list_references(pod: Object) -> list[tuple[str, str]]:
    """Return the config maps and secrets that a pod's volumes show, as ("configMap" or "secret", name)."""
    found: list[tuple[str, str]] = []
    for volume in pod["spec"].get("volumes") or ():
        for source in (volume, *((volume.get("projected") or {}).get("sources") or ())):
            if source.get("configMap"):
                found.append(("configMap", source["configMap"].get("name", "")))
            if source.get("secret"):
                found.append(("secret", source["secret"].get("secretName") or source["secret"].get("name", "")))
    return found
