"""What a volume is made from: its spec, the pod as its containers see it, and the getters it may ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minikube_py.kubelet.interfaces import Object

READ_BY_GROUP = 0o440


class MountError(Exception):
    """A volume cannot be set up; the text follows `MountVolume.SetUp failed for volume "x" : `."""


@dataclass(frozen=True)
class VolumeSources:
    """Where volumes take their contents. Getters take (namespace, name) and return the object or None.

    `pod` has the status and annotations that the downward API shows. `request_token(audience, expiration_seconds)` gives
    a service account token of the pod's account. `now` is the time, for the names of generations. Without `writes_files`
    contents are only collected and checked: nobody will read them. Persistent volumes lie below `volumes_dir`.
    """

    pod: Object
    get_config_map: Callable[[str, str], Object | None]
    get_secret: Callable[[str, str], Object | None]
    get_claim: Callable[[str, str], Object | None]
    get_volume: Callable[[str, str], Object | None]
    request_token: Callable[[str, int], str]
    allocatable: Mapping[str, Any]
    now: float
    writes_files: bool = True
    volumes_dir: Path = Path("/")

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return str(self.pod["metadata"]["namespace"])

    @property
    def fs_group(self) -> int | None:
        """The pod's fsGroup."""
        group: int | None = (self.pod["spec"].get("securityContext") or {}).get("fsGroup")
        return group

    @property
    def group_mode(self) -> int:
        """The permissions that the files of a generated volume get for its fsGroup, where files may be given away."""
        return READ_BY_GROUP if self.fs_group is not None and os.geteuid() == 0 else 0


SetUp = Callable[[Object, Path, VolumeSources], Path]
"""How a volume type fills its folder: `set_up(source, directory, sources)` returns the host path. Raises MountError."""
