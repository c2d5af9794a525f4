"""kubeconfig: which cluster, as whom, in which namespace; read as every Kubernetes tool reads it, written under a lock.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ . Parsing YAML costs 25 ms, so a parsed copy
is kept beside the clusters' homes, good as long as the files' times and sizes are the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path  # loaded in functions: it takes 3 ms, and `mk get pods` does without

Object = dict[str, Any]
SECTIONS = ("clusters", "contexts", "users")
EXTENSION = "minikube-py.dev/state"  # of a cluster entry: names the state file, so that mk goes straight to it
OWNER_EXTENSION = (
    "minikube-py.dev/owner"  # of a user entry: whoever may read that state file needs no certificate to be this user
)

_OWNER_FIELDS = ("client-certificate-data", "client-key-data", "extensions")


class ConfigError(Exception):
    """A kubeconfig that cannot be read or does not hold what was asked for; the text is kubectl's."""


class InvalidConfigError(ConfigError):
    """A kubeconfig in which an entry refers to one that is not there."""


class Target(NamedTuple):
    """What a context leads to. `state` is the path of a local cluster's state file, or ""."""

    context: str
    namespace: str
    cluster: Object
    user: Object
    user_name: str
    state: str = ""
    cluster_name: str = ""
    timeout: float | None = None  # seconds that a server elsewhere may be silent
    kubeconfig: str = ""  # the file that --kubeconfig names
    cache: str = ""  # the folder in which is kept what that serves; "" for the usual one


def home() -> Path:
    """Return the folder of all clusters: $MINIKUBE_PY_HOME or ~/.minikube-py."""
    from pathlib import Path

    return Path(home_name())


def home_name() -> str:
    """Return the name of that folder."""
    return os.path.abspath(os.environ.get("MINIKUBE_PY_HOME") or os.path.expanduser("~/.minikube-py"))


def paths(explicit: str = "") -> list[Path]:
    """Return the kubeconfig files, first wins: --kubeconfig, else $KUBECONFIG, else ~/.kube/config."""
    from pathlib import Path

    return list(map(Path, _names(explicit)))


def _names(explicit: str) -> list[str]:
    if explicit:
        return [explicit]
    listed = [name for name in os.environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    return listed or [os.path.expanduser("~/.kube/config")]


def load(explicit: str = "") -> Object:
    """Return the merged kubeconfig. Files that clusters and users name are found from the folder of theirs. Raises ConfigError."""
    names = _names(explicit)
    if explicit and not os.path.exists(explicit):
        raise ConfigError(f"stat {explicit}: no such file or directory")
    stamp = [[os.path.abspath(name), *_stat(name)] for name in names]
    try:
        with open(os.path.join(home_name(), "cache", "kubeconfig.json"), "rb") as file:
            cached = json.loads(file.read())
        if cached["stamp"] == stamp:
            merged: Object = cached["config"]
            return merged
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no copy yet, or one that is no longer good
    from minikube_py.client.kubeconfig_paths import resolve_paths

    merged = merge([resolve_paths(read_file(p), os.path.dirname(os.path.abspath(p))) for p in paths(explicit) if p.exists()])
    if home().is_dir():
        with suppress(OSError):  # it is not ours to write: then without a copy
            write_private(home() / "cache" / "kubeconfig.json", json.dumps({"stamp": stamp, "config": merged}))
    return merged


def _stat(name: str) -> list[int]:
    try:
        stat = os.stat(name)
    except OSError:
        return []
    return [stat.st_mtime_ns, stat.st_size, stat.st_ino]


def read_file(path: Path) -> Object:
    """Return one file's content, {} for an empty one. Raises ConfigError."""
    from minikube_py.apimachinery.yaml_load import load_value
    from minikube_py.client.kubeconfig_types import check_config

    try:
        return check_config(load_value(path.read_bytes()))
    except OSError as error:
        doing = "read" if isinstance(error, IsADirectoryError) else "open"
        why = f"{doing} {path}: {os.strerror(error.errno or 0).lower()}"
        raise ConfigError(f'error loading config file "{path}": {why}') from error
    except ValueError as error:
        raise ConfigError(f'error loading config file "{path}": {error}') from error


def merge(configs: list[Object]) -> Object:
    """Return the union of kubeconfigs; where two name the same entry, the first one's counts."""
    merged: Object = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [],
        "contexts": [],
        "users": [],
        "current-context": "",
        "preferences": {},
    }
    for config in configs:
        for section in SECTIONS:
            known = {entry.get("name") for entry in merged[section]}
            merged[section] += [e for e in config.get(section) or [] if e.get("name") not in known]
        merged["current-context"] = merged["current-context"] or config.get("current-context") or ""
    return merged


def find(config: Object, section: str, name: str) -> Object | None:
    """Return the entry's inner object of `clusters`, `contexts` or `users`, or None."""
    inner = section[:-1]
    return next((e.get(inner) or {} for e in config.get(section) or [] if e.get("name") == name), None)


def choose(config: Object, context: str = "", cluster: str = "", user: str = "", namespace: str = "") -> Target:
    """Return what a context (the current one by default) leads to, with overrides. Raises ConfigError."""
    name = context or config.get("current-context") or ""
    entry = find(config, "contexts", name) if name else {}
    if entry is None:
        raise InvalidConfigError(f"context was not found for specified context: {name}")
    cluster_name, user_name = cluster or entry.get("cluster", ""), user or entry.get("user", "")
    found = find(config, "clusters", cluster_name) if cluster_name else {}
    if found is None:
        raise ConfigError(f'no server found for cluster "{cluster_name}"')
    who = find(config, "users", user_name) if user_name else {}
    if who is None:
        raise ConfigError(f'auth info "{user_name}" does not exist')
    return Target(
        name, namespace or entry.get("namespace") or "default", found, who, user_name, _find_state(found), cluster_name
    )


def _find_state(cluster: Object) -> str:
    return _find_path(cluster, EXTENSION)


def _find_path(entry: Object, extension: str) -> str:
    for found in entry.get("extensions") or []:
        if found and found.get("name") == extension and isinstance(found.get("extension"), dict):
            return str(found["extension"].get("path") or "")
    return ""


def without_owner(user: Object, state: str) -> Object:
    """Return a user entry for whoever reads that state file: without the certificate, if it is only that of the file's owner."""
    if not state or _find_path(user, OWNER_EXTENSION) != state:
        return user
    return {key: value for key, value in user.items() if key not in _OWNER_FIELDS}


@contextmanager
def locked(*files: Path) -> Iterator[None]:
    """Keep other commands from changing these files meanwhile."""
    with ExitStack() as stack:
        for path in sorted({p.absolute() for p in files}):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = path.with_name(path.name + ".lock")
            stack.enter_context(_take_lock(lock))
            stack.callback(lock.unlink, missing_ok=True)
        yield


def _take_lock(path: Path) -> IO[str]:
    """Return the locked file. Whoever held it before has removed it: then it guards nothing any more, and a new one is made."""
    import fcntl

    while True:
        lock = open(path, "a", opener=lambda p, f: os.open(p, f | os.O_NOFOLLOW, 0o600))  # noqa: SIM115 - the caller closes it
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(lock.fileno())):
                return lock
        lock.close()


@contextmanager
def editing(path: Path) -> Iterator[Object]:
    """Let the caller change one kubeconfig file: locked against others, replaced in one step, mode 0600."""
    with locked(path):
        content = read_file(path) if path.exists() else {}
        kept = {key: content[key] for key in ("preferences", "extensions") if content.get(key)}
        config = {**merge([content]), **kept}
        yield config
        write_private(path, dump(config))


def dump(config: Object) -> str:
    """Return a kubeconfig as YAML, keys sorted as kubectl writes them."""
    import yaml

    text: str = yaml.dump(
        config, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), default_flow_style=False, sort_keys=True, width=10**9
    )
    return text


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, with mode 0600; a link stays and its target is replaced."""
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    from tempfile import mkstemp

    descriptor, temporary = mkstemp(".new", path.name + ".", path.parent)  # others may have the right to make files there
    with open(descriptor, "w") as out:
        out.write(text)
    os.replace(temporary, path)


def put_entry(config: Object, section: str, name: str, value: Object) -> None:
    """Set the named entry of a section, in place or at its end."""
    inner = section[:-1]
    for entry in config[section]:
        if entry.get("name") == name:
            entry[inner] = value
            return
    config[section].append({"name": name, inner: value})


def drop_entry(config: Object, section: str, name: str) -> bool:
    """Take the named entry out of a section; return whether it was there."""
    before = len(config[section])
    config[section] = [e for e in config[section] if e.get("name") != name]
    return len(config[section]) < before
