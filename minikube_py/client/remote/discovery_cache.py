"""What a server elsewhere serves, kept for six hours, so that a command need not ask for it again: kubectl's cache/discovery."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.kubeconfig import write_private
from minikube_py.component_base.clock import Clock
from minikube_py.component_base.version import PROGRAM_VERSION

SECONDS = 6 * 3600.0
_UNFIT = re.compile(r"[^(\w/.)]")


class DiscoveryCache:
    """The resources of the server at `url`, in a file below `folder`. What cannot be read or written is as if it were not there."""

    def __init__(self, folder: Path, url: str, clock: Clock) -> None:
        host = url.partition("://")[2] or url
        name = _UNFIT.sub("_", host).strip("/.").replace("..", "_")
        self._path, self._clock = folder / "discovery" / name / "resources.json", clock

    def read(self) -> list[ResourceInfo] | None:
        """Return what was kept, None if that is too old."""
        try:
            found = json.loads(self._path.read_bytes())
            if found["program"] != PROGRAM_VERSION or not 0 <= self._clock.now() - found["written"] < SECONDS:
                return None
            return [ResourceInfo._make(map(_thaw, one)) for one in found["resources"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, resources: Sequence[ResourceInfo]) -> None:
        """Keep what the server told."""
        listed = [list(one) for one in resources]
        content = {"program": PROGRAM_VERSION, "written": self._clock.now(), "resources": listed}
        with suppress(OSError):
            write_private(self._path, json.dumps(content))


def _thaw(value: Any) -> Any:
    """Return a field as it was before it became JSON."""
    return tuple(value) if isinstance(value, list) else value
