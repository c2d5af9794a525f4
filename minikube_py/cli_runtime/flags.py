"""Command-line flags with the grammar and the error texts of kubectl's own parser (pflag).

`-n dev`, `-ndev`, `-n=dev`, `--namespace dev`, `--namespace=dev`, `-it`, `--watch=false`, flags and arguments in any order, `--` ends the flags.
Click's grammar differs (no `--flag=false`, other errors) and importing it costs 28 ms; it draws the help pages. See docs/adr/0001.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class FlagError(Exception):
    """A command line that cannot be parsed; the text is pflag's."""


class Flag(NamedTuple):
    """One flag. `kind` is bool, string, int, int32, duration, slice (split at commas), array (not split), map (a=b,c=d), pairs
    (the same, of other rules) or count.

    `bare` is the value that the flag has when it stands without one (pflag's NoOptDefVal); for bool it is "true".
    """

    name: str
    short: str = ""
    kind: str = "string"
    default: Any = ""
    help: str = ""
    bare: str | None = None
    hidden: bool = False
    deprecated: str = ""  # why it should not be used; told when it is
    no_effect: str = ""  # why it is taken and changes nothing; told on terminals when it is given


class Parsed:
    """The outcome: values by flag name, which of them were given, and the arguments."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        self.values: dict[str, Any] = {f.name: _copy_default(f) for f in flags}
        self.given: set[str] = set()
        self.typed: list[tuple[str, str]] = []  # every flag as it was given, name and text, in this order
        self.path = ""  # the verb's words, such as "set image"
        self.notes: list[str] = []  # what to tell of deprecated flags
        self.idle: dict[str, str] = {}  # flags that were given and change nothing, and why
        self.args: list[str] = []
        self.dash: int = -1  # how many arguments stood before `--`; -1 without one
        self.own: frozenset[str] = frozenset()  # the verb's own flags; a global one of the same name is then not meant

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def changed(self, name: str) -> bool:
        """Return whether the flag was given on the command line."""
        return name in self.given


def flag(
    name: str,
    short: str = "",
    default: Any = "",
    help: str = "",
    *,
    kind: str = "",
    bare: str | None = None,
    hidden: bool = False,
    deprecated: str = "",
    no_effect: str = "",
) -> Flag:
    """Declare a flag; its kind follows from the default where not said, its help from why it has no effect."""
    if not kind:
        kind = {bool: "bool", int: "int"}.get(type(default), "string")
    if kind in ("slice", "array") and default == "":
        default = ()
    bare = "true" if kind == "bool" else bare
    help = help or f"Of no effect: {no_effect}" * bool(no_effect)
    return Flag(name, short, kind, default, help, bare, hidden or bool(deprecated), deprecated, no_effect)


def _copy_default(found: Flag) -> Any:
    if found.kind in ("map", "pairs"):
        return dict(found.default or {})
    return list(found.default or ()) if found.kind in ("slice", "array") else found.default


def parse_flags(flags: Sequence[Flag], words: Sequence[str]) -> Parsed:
    """Parse a command line. Raises FlagError."""
    parsed = Parsed(flags)
    by_name = {f.name: f for f in flags}
    by_short = {f.short: f for f in flags if f.short}
    rest = iter(words)
    for word in rest:
        if word == "--":
            parsed.dash = len(parsed.args)
            parsed.args.extend(rest)
        elif word.startswith("--"):
            _parse_long(parsed, by_name, word, rest)
        elif word.startswith("-") and len(word) > 1:
            _parse_short(parsed, by_short, word, rest)
        else:
            parsed.args.append(word)
    return parsed


def _parse_long(parsed: Parsed, flags: dict[str, Flag], word: str, rest: Iterator[str]) -> None:
    name, equals, value = word[2:].partition("=")
    if not name or name.startswith("-"):
        raise FlagError(f"bad flag syntax: {word}")
    found = flags.get(name)
    if found is None:
        raise FlagError(f"unknown flag: --{name}")
    if not equals:
        if found.bare is not None:
            value = found.bare
        else:
            following = next(rest, None)
            if following is None:
                raise FlagError(f"flag needs an argument: --{name}")
            value = following
    _set(parsed, found, value, f"--{name}" if not found.short else f"-{found.short}, --{name}")


def _parse_short(parsed: Parsed, flags: dict[str, Flag], word: str, rest: Iterator[str]) -> None:
    letters = word[1:]
    while letters:
        letter, tail = letters[0], letters[1:]
        found = flags.get(letter)
        if found is None:
            raise FlagError(f"unknown shorthand flag: {letter!r} in -{letters}")
        label = f"-{letter}, --{found.name}"
        if tail.startswith("=") and tail != "=":  # `-o=` alone gives the flag the value "="
            _set(parsed, found, tail[1:], label)
            return
        if found.bare is not None:
            _set(parsed, found, found.bare, label)
            letters = tail
            continue
        value = tail or next(rest, None)
        if value is None:
            raise FlagError(f"flag needs an argument: {letter!r} in -{letters}")
        _set(parsed, found, value, label)
        return


def _set(parsed: Parsed, found: Flag, text: str, label: str) -> None:
    try:
        value = _CONVERT[found.kind](text)
    except ValueError as error:
        raise FlagError(f'invalid argument "{text}" for "{label}" flag: {error}') from None
    if found.kind in ("slice", "array"):
        if found.name in parsed.given:
            value = parsed.values[found.name] + value
        parsed.values[found.name] = value
    elif found.kind in ("map", "pairs") and found.name in parsed.given:
        parsed.values[found.name] |= value
    else:
        parsed.values[found.name] = value
    parsed.given.add(found.name)
    parsed.typed.append((found.name, text))
    if found.no_effect:
        parsed.idle[found.name] = found.no_effect
    if found.deprecated:
        parsed.notes.append(f"Flag --{found.name} has been deprecated, {found.deprecated}")


def _to_bool(text: str) -> bool:
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _to_int(text: str, bits: int = 64) -> int:
    """Return a number of so many bits, written as in Go's source: 8, 0x8, 010."""
    digits = text.lstrip("+-").lower()
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_"
    try:
        if not text.isascii() or text.strip() != text:
            raise ValueError
        number = int(text.replace(digits, "0o" + digits[1:]) if octal else text, 0)
    except ValueError:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number


def _to_duration(text: str) -> float:
    from minikube_py.apimachinery.duration import parse_seconds

    return parse_seconds(text)


def _to_period(text: str) -> float:
    """Return the seconds of a flag of Go's own parser, which does not say what is wrong."""
    try:
        return _to_duration(text)
    except ValueError:
        raise ValueError("parse error") from None


def _to_levels(text: str) -> str:
    """Return a list of file=N, checked: logs of ours have no files."""
    for part in filter(None, text.split(",")):
        name, equals, level = part.partition("=")
        if not (name and equals and level.removeprefix("-").isdecimal()):
            raise ValueError("syntax error: expect comma-separated list of filename=N")
    return text


def _split(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",") if text else []
    import csv

    return next(csv.reader([text]))


def _to_map(text: str) -> dict[str, str]:
    """Return the pairs of `a=b,c=d`; a single pair may have commas in its value."""
    found: dict[str, str] = {}
    for pair in [text.strip('"')] if text.count("=") < 2 else _split(text):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair} must be formatted as key=value")
        found[name] = value
    return found


def _to_pairs(text: str) -> dict[str, str]:
    """Return the pairs of `a=b,c=d`, read more leniently: spaces and empty parts do not count."""
    found: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError("malformed pair, expect string=string")
        found[name.strip()] = value.strip()
    return found


_CONVERT: dict[str, Any] = {
    "bool": _to_bool,
    "int": _to_int,
    "int32": lambda text: _to_int(text, 32),
    "string": str,
    "duration": _to_duration,
    "period": _to_period,
    "levels": _to_levels,
    "slice": _split,
    "array": lambda text: [text],
    "map": _to_map,
    "pairs": _to_pairs,
    "count": _to_int,
}

GLOBAL_FLAGS: tuple[Flag, ...] = (
    flag("namespace", "n", help="Work in this namespace"),
    flag("context", help="Use this context of the kubeconfig"),
    flag("cluster", help="Use this cluster of the kubeconfig"),
    flag("user", help="Use this user of the kubeconfig"),
    flag("kubeconfig", help="Read this kubeconfig file"),
    flag("server", "s", help="Talk to this address"),
    flag("as", help="Act as this user"),
    flag("as-group", kind="array", help="Act as a member of this group; may be repeated"),
    flag("as-uid", help="Act with this uid"),
    flag("token", help="Bearer token to identify with"),
    flag("certificate-authority", help="File of the certificate authority"),
    flag("client-certificate", help="File of the client certificate"),
    flag("client-key", help="File of the client's key"),
    flag("tls-server-name", help="Name to expect in the server's certificate"),
    flag("insecure-skip-tls-verify", default=False, help="Do not check the server's certificate"),
    flag("request-timeout", default="0", help="Give up on a request after this long; 0 is never"),
    flag("cache-dir", help="Where to keep what clusters elsewhere serve"),
    flag("disable-compression", default=False, help="Do not let servers elsewhere compress their answers"),
    flag("match-server-version", default=False, help="Refuse a server of another version"),
    flag("warnings-as-errors", default=False, help="Exit with an error when the server warns"),
    flag("v", "v", 0, "Verbosity of logs, a number"),
    flag("vmodule", kind="levels", hidden=True, no_effect="levels are not set by file"),
    flag("log-flush-frequency", kind="period", default=5.0, hidden=True, no_effect="the log is not buffered"),
    flag("profile", default="none", hidden=True),
    flag("profile-output", default="profile.pprof", hidden=True),
    flag("username", hidden=True),
    flag("password", hidden=True),
    flag("color", default="auto", help="Colour the output: auto (on terminals), always or never"),
)
