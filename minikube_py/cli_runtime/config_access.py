"""Reads and changes kubeconfig files as kubectl does: each entry is changed in the file that it came from.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.config_schema import PREFERENCES, SECTIONS, STRUCTS, WrongType, change_paths, normalize
from minikube_py.client import kubeconfig
from minikube_py.client.kubeconfig import ConfigError

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
INNER = {"clusters": "cluster", "users": "user", "contexts": "context"}


class Config:
    """A kubeconfig with entries by name. `origins` tells the file that an entry came from, by section and name."""

    def __init__(self) -> None:
        self.preferences: Object = {}
        self.sections: dict[str, dict[str, Object]] = {section: {} for section in SECTIONS}
        self.current_context = ""
        self.extensions: list[Object] = []
        self.origins: dict[tuple[str, str], Path] = {}

    @property
    def clusters(self) -> dict[str, Object]:
        """The clusters by name."""
        return self.sections["clusters"]

    @property
    def users(self) -> dict[str, Object]:
        """The users by name."""
        return self.sections["users"]

    @property
    def contexts(self) -> dict[str, Object]:
        """The contexts by name."""
        return self.sections["contexts"]

    def to_object(self) -> Object:
        """Return the kubeconfig as it stands in a file, entries by name."""
        result: Object = {"kind": "Config", "apiVersion": "v1", "preferences": normalize(self.preferences, PREFERENCES)}
        for section, fields in SECTIONS.items():
            entries = sorted(self.sections[section].items())
            result[section] = [{"name": name, INNER[section]: normalize(entry, fields)} for name, entry in entries] or None
        result["current-context"] = self.current_context
        if self.extensions:
            result["extensions"] = sorted(self.extensions, key=lambda extension: str(extension["name"]))
        return result


def read_config(path: Path) -> Config:
    """Return what a file holds, nothing where there is none. Raises ConfigError."""
    config = Config()
    if not path.exists():
        return config
    raw = kubeconfig.read_file(path)
    try:
        config.preferences = normalize(raw.get("preferences") or {}, PREFERENCES, "Preferences.preferences")
        for section, fields in SECTIONS.items():
            where = f"{STRUCTS[section]}.{section}.{INNER[section]}"
            for entry in raw.get(section) or []:
                name = str(entry.get("name", ""))
                config.sections[section].setdefault(name, normalize(entry.get(INNER[section]) or {}, fields, where))
                config.origins[section, name] = path
    except WrongType as error:
        raise ConfigError(f'error loading config file "{path}": {error}') from error
    config.current_context = raw.get("current-context") or ""
    config.extensions = raw.get("extensions") or []
    return config


class ConfigAccess:
    """The kubeconfig files that a command works on. `explicit` is --kubeconfig."""

    def __init__(self, explicit: str = "") -> None:
        self.explicit = explicit
        self.files = kubeconfig.paths(explicit)

    @property
    def default_filename(self) -> Path:
        """The file that new entries go to: the first that exists, else the last one named."""
        return next((path for path in self.files if path.exists()), self.files[-1])

    def load(self) -> Config:
        """Return the union of the files; where two have the same entry, the first one's counts. Raises ConfigError."""
        merged = Config()
        for path in self.files:
            config = read_config(path)
            for section, entries in config.sections.items():
                for name, entry in entries.items():
                    merged.sections[section].setdefault(name, entry)
                    merged.origins.setdefault((section, name), path)
            merged.preferences = {**config.preferences, **merged.preferences}
            merged.current_context = merged.current_context or config.current_context
            known = {extension["name"] for extension in merged.extensions}
            merged.extensions += [e for e in config.extensions if e["name"] not in known]
        return merged

    def modify(self, change: Callable[[Config], None], *, relativize: bool = True) -> None:
        """Let `change` alter the union, and write what is different to the files it belongs to.

        `relativize` writes the names of files relative to the kubeconfig where they lie below its folder. Raises ConfigError.
        """
        with kubeconfig.locked(*self.files):
            before = self.load()
            after = copy.deepcopy(before)
            change(after)
            for path in dict.fromkeys([*self.files, self.default_filename]):
                self._write_changes(path, before, after, relativize)

    def _write_changes(self, path: Path, before: Config, after: Config, relativize: bool) -> None:
        config = read_config(path)
        changed = False
        for section, fields in SECTIONS.items():
            old, new = before.sections[section], after.sections[section]
            for name in sorted({*old, *new}):
                if old.get(name) == new.get(name) or after.origins.get((section, name), self.default_filename) != path:
                    continue
                changed = True
                if name in new:
                    keep = not relativize or section == "contexts"
                    entry = new[name] if keep else change_paths(new[name], fields, lambda file: _relativize(file, path.parent))
                    config.sections[section][name] = entry
                else:
                    del config.sections[section][name]
        if before.current_context != after.current_context and path == self._find_context_file(before, after):
            config.current_context, changed = after.current_context, True
        if before.preferences != after.preferences and path == self.default_filename:
            config.preferences, changed = after.preferences, True
        if changed:
            write_config(path, config)

    def _find_context_file(self, before: Config, after: Config) -> Path:
        if after.current_context:
            return self.default_filename
        return next((p for p in self.files if p.exists() and read_config(p).current_context), self.default_filename)


def get_access(factory: Factory) -> ConfigAccess:
    """Return the files that --kubeconfig or the environment names."""
    return ConfigAccess(factory.flags.values.get("kubeconfig") or "")


def write_config(path: Path, config: Config) -> None:
    """Replace a kubeconfig file in one step."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    kubeconfig.write_private(path, encode_yaml(config.to_object()))


def _relativize(file: str, folder: Path) -> str:
    relative = os.path.relpath(file, folder)
    return file if relative.startswith("../") and os.path.isabs(file) else relative
