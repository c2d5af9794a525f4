"""The catalogue of images: which names are known, and what stands behind each."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from .reference import InvalidImageName, Reference, parse_reference

_FILE = Path(__file__).with_name("catalogue.json")
_CLOSED_REGISTRIES = ("registry.k8s.io", "k8s.gcr.io", "gcr.io", "ghcr.io", "quay.io", "public.ecr.aws", "mcr.microsoft.com")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)")


class CatalogueError(ValueError):
    """A catalogue file that cannot be used; the text names the file and the entry."""


class Image(NamedTuple):
    """An image somebody knows. `program` and `exits` are for the fake runtime, `bin` for `make_bin_directory`.

    `exits` is the exit code with which the default command ends by itself, None where it runs on. `bin` maps command names
    to what they start, `files` paths in the image to the files beside this module that lie there. `shell` is "" where the
    image has none. `stop_signal` is the image's own.
    """

    name: str
    reference: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    env: Mapping[str, str]
    working_dir: str
    user: str
    ports: tuple[int, ...]
    size: int
    digest: str
    exits: str | None
    shell: str
    stop_signal: str
    busybox: bool
    bin: Mapping[str, str]
    files: Mapping[str, str] = {}

    @property
    def image_id(self) -> str:
        """Return what a container's status shows as imageID: `docker.io/library/nginx@sha256:...`."""
        return f"{self.name}@{self.digest}"

    @property
    def program(self) -> Mapping[str, str]:
        """Return what the fake runtime asks: `image`, `ports` (comma separated), `shell`, and `exits` where it ends."""
        facts = {"image": self.reference, "ports": ",".join(map(str, self.ports)), "shell": self.shell}
        return facts if self.exits is None else {**facts, "exits": self.exits}


class Entry(NamedTuple):
    """One entry of a catalogue file, checked; `patterns` are full names, with `:tag` where they say one."""

    patterns: tuple[str, ...]
    tags: re.Pattern[str] | None
    requires: tuple[str, ...]
    data: Mapping[str, Any]

    def knows(self, reference: Reference) -> bool:
        """Tell whether the repository is this entry's, whatever the tag."""
        return any(_match(_split_tag(pattern)[0], reference.name) for pattern in self.patterns)

    def matches(self, reference: Reference) -> bool:
        """Tell whether the entry stands for the reference. A digest without a tag matches like any tag."""
        full = f"{reference.name}:{reference.tag}"
        if not any(_match(pattern, full if _split_tag(pattern)[1] else reference.name) for pattern in self.patterns):
            return False
        return self.tags is None or not reference.tag or self.tags.fullmatch(reference.tag) is not None


class Catalogue:
    """Answers which image stands behind a name. `which` tells where the host has a program, None where it has not."""

    def __init__(
        self, entries: Iterable[Entry], aliases: Mapping[str, str], which: Callable[[str], str | None] = shutil.which
    ) -> None:
        self._entries = tuple(entries)
        self._aliases = dict(aliases)
        self._which = which
        self._remember = lru_cache(maxsize=512)(self._resolve)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, those that win first."""
        return self._entries

    def with_all_others(self) -> Catalogue:
        """Return a catalogue that has every other image too: one that runs on. For the fake runtime, where none has to run."""
        return Catalogue((*self._entries, _ANY), self._aliases, self._which)

    def resolve(self, image: str) -> Image | None:
        """Return the Image behind a name, or None where nobody knows it. Raises InvalidImageName."""
        return self._remember(image)

    def _resolve(self, image: str) -> Image | None:
        reference = parse_reference(image)
        plain = self._follow_alias(reference)
        for entry in self._entries:
            if entry.matches(plain) and all(self._which(name) for name in entry.requires):
                return _build_image(entry.data, reference)
        return None

    def pull_error(self, image: str) -> str:
        """Return containerd's text for an image that nobody has. Raises InvalidImageName.

        Docker Hub says that access is denied where there is no such repository; other registries, and all where the tag alone
        is missing, say `not found`. A registry of which nothing is known cannot be reached: there is no network behind this.
        """
        reference = parse_reference(image)
        text = f'failed to pull and unpack image "{reference}": failed to resolve reference "{reference}": '
        plain = self._follow_alias(reference)
        known = any(entry.knows(plain) for entry in self._entries)
        if known or reference.registry in _CLOSED_REGISTRIES:
            return f"rpc error: code = NotFound desc = {text}{reference}: not found"
        if reference.registry == "docker.io":
            denied = "pull access denied, repository does not exist or may require authorization"
            return f"{text}{denied}: server message: insufficient_scope: authorization failed"
        host = reference.registry
        url = f"https://{host}/v2/{reference.repository}/manifests/{reference.digest or reference.tag}"
        return f'{text}failed to do request: Head "{url}": dial tcp: lookup {_strip_port(host)}: no such host'

    def _follow_alias(self, reference: Reference) -> Reference:
        for prefix, target in self._aliases.items():
            if reference.name.startswith(prefix):
                registry, _, repository = (target + reference.name[len(prefix) :]).partition("/")
                return reference._replace(registry=registry, repository=repository)
        return reference


_ANY = Entry(("*",), None, (), {"bin": {}})


def load_catalogue(extra: Path | None = None, which: Callable[[str], str | None] = shutil.which) -> Catalogue:
    """Load the built-in catalogue; entries of `extra` (YAML or JSON, may be missing) come first. Raises CatalogueError."""
    builtin = json.loads(_FILE.read_bytes())
    entries: list[Entry] = []
    aliases: dict[str, str] = dict(builtin["aliases"])
    sets: dict[str, Mapping[str, str]] = dict(builtin["sets"])
    if extra is not None and extra.exists():
        added = _read_extra(extra)
        aliases.update(added.get("aliases", {}))
        sets.update(added.get("sets", {}))
        entries += _read_entries(added.get("images", []), sets, str(extra))
    entries += _read_entries(builtin["images"], sets, _FILE.name)
    return Catalogue(entries, aliases, which)


def _read_extra(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}: {error}") from None
    if data is None:
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("images", []), list):
        raise CatalogueError(f"{path}: expected an object with a list of images")
    return data


_FIELDS: dict[str, type | tuple[type, ...]] = {
    "names": list, "tags": str, "version": str, "entrypoint": list, "cmd": list, "env": dict, "working_dir": str, "user": str,
    "ports": list, "size": int, "exits": str, "shell": str, "stop_signal": str, "busybox": bool, "requires": list,
    "uses": list, "bin": dict, "files": dict,
}  # fmt: skip


def _read_entries(items: Iterable[Any], sets: Mapping[str, Mapping[str, str]], source: str) -> list[Entry]:
    entries = []
    for number, item in enumerate(items):
        where = f"{source}: images[{number}]"
        if not isinstance(item, dict) or not item.get("names"):
            raise CatalogueError(f"{where}: names are missing")
        for key, value in item.items():
            if key not in _FIELDS:
                raise CatalogueError(f"{where}: unknown field {key!r}")
            if not isinstance(value, _FIELDS[key]):
                raise CatalogueError(f"{where}.{key}: not of the right type: {value!r}")
        entries.append(_read_entry(item, sets, where))
    return entries


def _read_entry(item: Mapping[str, Any], sets: Mapping[str, Mapping[str, str]], where: str) -> Entry:
    commands: dict[str, str] = {}
    for name in item.get("uses", ()):
        if name not in sets:
            raise CatalogueError(f"{where}.uses: no set {name!r}")
        commands.update(sets[name])
    commands.update(item.get("bin", {}))
    try:
        tags = re.compile(item["tags"], re.ASCII) if "tags" in item else None
        patterns = tuple(_expand_pattern(name) for name in item["names"])
    except (re.error, InvalidImageName) as error:
        raise CatalogueError(f"{where}: {error}") from None
    return Entry(patterns, tags, tuple(item.get("requires", ())), {**item, "bin": commands})


def _expand_pattern(name: str) -> str:
    """Return a name as `registry/repository`, with `:tag` only where it says one; names with `*` must be full already."""
    if "*" in name:
        return name
    reference = parse_reference(name)
    return f"{reference.name}:{reference.tag}" if _split_tag(name)[1] else reference.name


def _split_tag(name: str) -> tuple[str, str]:
    """Return repository and tag; a registry's port is no tag."""
    folder, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return folder + slash + last, tag


def _match(pattern: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) if "*" in pattern else pattern == name


def _build_image(data: Mapping[str, Any], reference: Reference) -> Image:
    version = _VERSION.match(reference.tag)
    values = {"{version}": version[1] if version else data.get("version", ""), "{tag}": reference.tag}
    text = str(reference)
    digest = reference.digest or "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return Image(
        name=reference.name,
        reference=text,
        entrypoint=tuple(data.get("entrypoint", ())),
        cmd=tuple(data.get("cmd", ())),
        env={key: _fill_in(value, values) for key, value in data.get("env", {}).items()},
        working_dir=data.get("working_dir", "/"),
        user=data.get("user", ""),
        ports=tuple(data.get("ports", ())),
        size=data.get("size", 0),
        digest=digest,
        exits=data.get("exits"),
        shell=data.get("shell", ""),
        stop_signal=data.get("stop_signal", "SIGTERM"),
        busybox=data.get("busybox", False),
        bin={key: _fill_in(value, values) for key, value in data["bin"].items()},
        files=data.get("files", {}),
    )


def _fill_in(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _strip_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


@lru_cache(maxsize=1)
def _builtin() -> Catalogue:
    return load_catalogue()


def resolve(image: str) -> Image | None:
    """Look a name up in the built-in catalogue. None: nobody knows this image. Raises InvalidImageName."""
    return _builtin().resolve(image)


def pull_error(image: str) -> str:
    """Return the built-in catalogue's `pull_error`."""
    return _builtin().pull_error(image)
