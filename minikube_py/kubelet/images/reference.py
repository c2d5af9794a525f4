"""Image names: how a kubelet reads them, what it says of bad ones.

The grammar is that of distribution/reference: `[domain[:port]/]path[:tag][@digest]`; a first component counts as a domain
when it is `localhost`, has a dot or a colon, or is not lower case.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT_REGISTRY = "docker.io"
DEFAULT_TAG = "latest"
_MAX_NAME = 255

_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?P<registry>{_DOMAIN})/(?P<repository>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>(?P<algorithm>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):(?P<hex>[0-9a-fA-F]{32,})))?",
    re.ASCII,
)
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


class InvalidImageName(ValueError):
    """A name that is no image reference; the text is what the kubelet puts into event and status."""

    reason = "InvalidImageName"


class Reference(NamedTuple):
    """A parsed name. `tag` is "latest" where neither tag nor digest was given, and "" where only a digest was."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Return registry and repository: `docker.io/library/nginx`."""
        return f"{self.registry}/{self.repository}"

    def __str__(self) -> str:
        """Return the canonical form; a digest wins over a tag, as in containerd."""
        return f"{self.name}@{self.digest}" if self.digest else f"{self.name}:{self.tag}"


def parse_reference(text: str) -> Reference:
    """Parse an image name, filling in docker.io, library/ and :latest. Raises InvalidImageName with the kubelet's text."""
    try:
        return _parse(text)
    except ValueError as error:
        quoted = _quote(text)
        raise InvalidImageName(
            f"Failed to apply default image tag {quoted}: couldn't parse image name {quoted}: {error}"
        ) from None


def _parse(text: str) -> Reference:
    if re.fullmatch(r"[a-f0-9]{64}", text):
        raise ValueError(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    registry, rest = _split_registry(text)
    path = rest.split(":", 1)[0]
    if path != path.lower():
        raise ValueError(f"invalid reference format: repository name ({path}) must be lowercase")
    match = _REFERENCE.fullmatch(f"{registry}/{rest}")
    if match is None:
        raise ValueError("invalid reference format")
    if len(match["repository"]) > _MAX_NAME:
        raise ValueError(f"repository name must not be more than {_MAX_NAME} characters")
    digest = match["digest"] or ""
    if digest:
        _check_digest(match["algorithm"], match["hex"])
    tag = match["tag"] or ("" if digest else DEFAULT_TAG)
    return Reference(match["registry"], match["repository"], tag, digest)


def _split_registry(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    is_domain = bool(slash) and (first == "localhost" or "." in first or ":" in first or first != first.lower())
    registry, path = (first, rest) if is_domain else (DEFAULT_REGISTRY, text)
    if registry == "index.docker.io":
        registry = DEFAULT_REGISTRY
    if registry == DEFAULT_REGISTRY and "/" not in path:
        path = f"library/{path}"
    return registry, path


def _check_digest(algorithm: str, digits: str) -> None:
    length = _HEX_LENGTHS.get(algorithm)
    if length is None:
        raise ValueError("unsupported digest algorithm")
    if len(digits) != length:
        raise ValueError("invalid checksum digest length")
    if digits != digits.lower():
        raise ValueError("invalid checksum digest format")


def _quote(text: str) -> str:
    """Quote as Go's %q does for the characters that occur in names."""
    import json

    return json.dumps(text, ensure_ascii=False)
