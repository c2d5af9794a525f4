"""Profiles: each is one cluster, a folder of mode 0700 in the clusters' home.

<home>/<profile>/config.json   what `mk start` was told        state.db     everything the cluster knows
                 daemon.pid    locked while a daemon runs      pods/<uid>/  volumes and logs of pods
                 agent/        the node agent's own            logs/        of daemon and agent
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.kubeconfig import home

DEFAULT = "minikube"
DEFAULT_PORT = 6443
HOST_ADDRESS = "127.0.0.1"
"""Where node ports are reached from this machine: the nodes' own addresses exist inside the cluster only."""


def join_address(host: str, port: int) -> str:
    """Return `127.0.0.1:6443` or `[::1]:6443`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@dataclass(frozen=True)
class Config:
    """What a cluster is made of. `nodes` are the names of its nodes, the first one is the control plane."""

    nodes: tuple[str, ...] = ("minikube",)
    cpus: str = ""  # of each node; "": the machine's
    memory: str = ""
    runtime: str = "auto"
    clock_speed: float = 1.0
    seed: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    port: int = 0  # where the API is served over https; the daemon finds a free one
    audit_log: str = ""  # the file of the audit log, "" for none
    listen_address: str = HOST_ADDRESS  # where the API is served; 0.0.0.0 and :: are all addresses of this machine

    @property
    def api_host(self) -> str:
        """The address at which this machine reaches the API."""
        return {"0.0.0.0": HOST_ADDRESS, "::": "::1"}.get(self.listen_address, self.listen_address)  # noqa: S104 - is compared

    @property
    def is_private(self) -> bool:
        """Whether the API is served on this machine's loopback only."""
        return self.listen_address.startswith("127.") or self.listen_address == "::1"

    @property
    def url(self) -> str:
        """Where the API is for this machine's clients; of a cluster that never ran, where it will probably be."""
        return f"https://{join_address(self.api_host, self.port or DEFAULT_PORT)}"


@dataclass(frozen=True)
class Profile:
    """One cluster's name and folder. `root` is the folder of all clusters, None for that of this user."""

    name: str
    root: Path | None = None

    @property
    def directory(self) -> Path:
        """The profile's folder."""
        return (self.root or home()) / self.name

    @property
    def state(self) -> Path:
        """The cluster's state file."""
        return self.directory / "state.db"

    def exists(self) -> bool:
        """Return whether the profile was started before."""
        return (self.directory / "config.json").exists()

    def load(self) -> Config:
        """Return its configuration. Raises CliError where it is damaged."""
        try:
            raw = json.loads((self.directory / "config.json").read_text())
            return Config(**{**raw, "nodes": tuple(raw["nodes"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CliError(f"the configuration of profile {self.name!r} cannot be read: {error}") from error

    def save(self, config: Config) -> None:
        """Write its configuration, in one step."""
        self.make_directory()
        temporary = self.directory / f"config.json.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as out:
            json.dump(asdict(config), out)
        temporary.replace(self.directory / "config.json")

    def make_directory(self) -> None:
        """Make its folder and that of all clusters, for their owner alone. Raises CliError for one that is somebody else's."""
        self.directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.mkdir(mode=0o700, exist_ok=True)
        found = self.directory.lstat()
        if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
            raise CliError(f"{self.directory} is not a folder of yours")
        if found.st_mode & 0o077:
            self.directory.chmod(0o700)

    def change(self, **changes: Any) -> Config:
        """Save changed configuration and return it."""
        config = replace(self.load(), **changes)
        self.save(config)
        return config


def get_profile(name: str) -> Profile:
    """Return the profile of that name. Raises CliError for names that are no folder's."""
    from minikube_py.apimachinery.names import is_dns1123_label

    if problems := is_dns1123_label(name):
        raise CliError(f"invalid profile name {name!r}: {problems[0]}")
    if name == "cache":
        raise CliError("invalid profile name 'cache': it is the name of the cache folder")
    return Profile(name)


def list_profiles() -> list[Profile]:
    """Return every profile, by name."""
    folder = home()
    if not folder.is_dir():
        return []
    return [Profile(p.name) for p in sorted(folder.iterdir()) if (p / "config.json").exists()]


def node_name(profile: str, number: int) -> str:
    """Return the name that minikube gives its `number`-th node, counted from 1."""
    return profile if number == 1 else f"{profile}-m{number:02d}"


def require_profile(name: str) -> Profile:
    """Return the profile of that name. Raises CliError, exit code 85 as minikube's, where there is none."""
    profile = get_profile(name)
    if not profile.exists():
        raise CliError(f'🤷  Profile "{name}" not found. Run "mk cluster list" to view all clusters.', 85, prefix="")
    return profile


def check_output(output: str, *known: str) -> None:
    """Raise CliError for a format of -o that a verb does not know."""
    if output not in known:
        raise CliError(f'invalid output format "{output}": it must be {" or ".join(known)}')
