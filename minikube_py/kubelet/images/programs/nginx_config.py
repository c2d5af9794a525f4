"""nginx's configuration language, as much of it as small sites use.

Read are `server`, `listen`, `server_name`, `root`, `index`, `location` (prefix, `=`), `return`, `alias`, `add_header`,
`default_type`, `proxy_pass`, `include` and comments; any other directive is named in `unsupported`, for a warning.
"""

from __future__ import annotations

from typing import NamedTuple

_SERVER_WORDS = {"listen", "server_name", "root", "index", "location", "return", "add_header", "default_type", "error_page"}
_LOCATION_WORDS = {"root", "index", "alias", "return", "add_header", "default_type", "proxy_pass"}
_QUIET = {
    "user", "worker_processes", "error_log", "pid", "events", "access_log", "log_format", "sendfile", "keepalive_timeout",
    "tcp_nopush", "gzip", "include", "types", "worker_connections", "server_tokens", "charset", "daemon",
}  # fmt: skip


class ConfigError(ValueError):
    """Text that is no nginx configuration."""


class Directive(NamedTuple):
    """One directive: its words and, for a block, what is in it."""

    words: tuple[str, ...]
    block: tuple[Directive, ...] | None = None

    @property
    def name(self) -> str:
        """Return the first word."""
        return self.words[0]


class Location(NamedTuple):
    """What to do for some paths. `settings` maps a directive's name to its arguments."""

    path: str
    exact: bool
    settings: dict[str, tuple[str, ...]]


class Server(NamedTuple):
    """One server block."""

    ports: tuple[int, ...]
    names: tuple[str, ...]
    settings: dict[str, tuple[str, ...]]
    locations: tuple[Location, ...]


class Config(NamedTuple):
    """All servers, the patterns to include, and the names of directives that have no effect here."""

    servers: tuple[Server, ...]
    includes: tuple[str, ...]
    unsupported: tuple[str, ...]


def split_tokens(text: str) -> list[str]:
    """Return words and the signs `{ } ;`; quoted words keep a leading `"` as a mark that they are no sign."""
    tokens: list[str] = []
    word, i = "", 0
    while i < len(text):
        char = text[i]
        if char == "#" and not word:
            i = text.find("\n", i)
            if i < 0:
                break
        elif char in "\"'" and not word:
            quoted, i = _read_quoted(text, i)
            tokens.append('"' + quoted)
        elif char in "{};" and not (char in "{}" and (word.endswith("$") or "${" in word)):
            tokens += [word, char] if word else [char]
            word = ""
        elif char.isspace():
            tokens += [word] if word else []
            word = ""
        else:
            word += char
        i += 1
    return tokens + ([word] if word else [])


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """Return the quoted word that begins at `start`, and the place of its closing quote."""
    quote, i, out = text[start], start + 1, ""
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    while i < len(text) and text[i] != quote:
        if text[i] == "\\" and i + 1 < len(text):
            i += 1
            out += escapes.get(text[i], text[i] if text[i] in "\"'\\" else "\\" + text[i])
        else:
            out += text[i]
        i += 1
    if i >= len(text):
        raise ConfigError('unexpected end of file, expecting ";" or "}"')
    return out, i


def parse(text: str) -> tuple[Directive, ...]:
    """Return the directives of a configuration file. Raises ConfigError."""
    directives, rest = _parse_block(split_tokens(text), 0, top=True)
    if rest:
        raise ConfigError('unexpected "}"')
    return directives


def _parse_block(tokens: list[str], at: int, *, top: bool) -> tuple[tuple[Directive, ...], int]:
    """Return directives up to the closing brace, and the place after it; 0 at the end of the file."""
    found: list[Directive] = []
    words: list[str] = []
    while at < len(tokens):
        sign = tokens[at]
        at += 1
        if sign in (";", "{") and not words:
            raise ConfigError(f'unexpected "{sign}"')
        if sign == ";":
            found.append(Directive(tuple(words)))
            words = []
        elif sign == "{":
            block, at = _parse_block(tokens, at, top=False)
            found.append(Directive(tuple(words), block))
            words = []
        elif sign == "}":
            if words:
                raise ConfigError('unexpected "}"')
            return tuple(found), at
        else:
            words.append(sign[1:] if sign.startswith('"') else sign)
    if words or not top:
        raise ConfigError(
            'unexpected end of file, expecting "}"' if not words else 'unexpected end of file, expecting ";" or "}"'
        )
    return tuple(found), 0


def load(text: str) -> Config:
    """Return what a file says. Raises ConfigError."""
    servers: list[Server] = []
    includes: list[str] = []
    strange: list[str] = []
    pending = list(parse(text))
    while pending:
        directive = pending.pop(0)
        if directive.name == "http":
            pending[:0] = directive.block or ()
        elif directive.name == "server":
            servers.append(_load_server(directive.block or (), strange))
        elif directive.name == "include":
            includes += directive.words[1:]
        elif directive.name not in _QUIET:
            strange.append(directive.name)
    return Config(tuple(servers), tuple(includes), tuple(dict.fromkeys(strange)))


def _load_server(block: tuple[Directive, ...], strange: list[str]) -> Server:
    ports: list[int] = []
    names: tuple[str, ...] = ()
    settings: dict[str, tuple[str, ...]] = {}
    locations: list[Location] = []
    for directive in block:
        if directive.name == "listen":
            port = _parse_port(directive.words[1:2])
            ports += [port] if port not in ports else []
        elif directive.name == "server_name":
            names = directive.words[1:]
        elif directive.name == "location":
            locations += _load_location(directive, strange)
        elif directive.name in _SERVER_WORDS:
            settings.setdefault(directive.name, directive.words[1:])
        elif directive.name not in _QUIET:
            strange.append(directive.name)
    return Server(tuple(ports) or (80,), names, settings, tuple(locations))


def _parse_port(words: tuple[str, ...]) -> int:
    text = words[0].rpartition(":")[2] if words else ""
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    if words and "." in words[0]:
        return 80
    raise ConfigError('invalid port in "{}" of the "listen" directive'.format(" ".join(words)))


def _load_location(directive: Directive, strange: list[str]) -> list[Location]:
    words = directive.words[1:]
    if not words or words[0] in ("~", "~*") or words[0].startswith("@"):
        strange.append(" ".join(directive.words[:2]))
        return []
    settings: dict[str, tuple[str, ...]] = {}
    for inner in directive.block or ():
        if inner.name in _LOCATION_WORDS:
            settings.setdefault(inner.name, inner.words[1:])
        elif inner.name not in _QUIET:
            strange.append(inner.name)
    return [Location(words[-1], words[0] == "=", settings)]
