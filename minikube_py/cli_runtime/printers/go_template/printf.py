"""Go's fmt.Sprintf over the values a template has: booleans, numbers, strings, lists, maps and nil."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from minikube_py.apimachinery.gosyntax import float_digits, format_float, format_go_value
from minikube_py.cli_runtime.printers.go_format import format_syntax, quote
from minikube_py.cli_runtime.printers.go_template.nodes import GoByte, GoInt

_DIRECTIVE = re.compile(r"%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:(\.)(\[\d+\])?(\*|\d+)?)?(\[\d+\])?(.?)", re.DOTALL)
_TYPES = {GoInt: "int", GoByte: "uint8", bool: "bool", int: "int64", float: "float64", str: "string"}
_TYPES |= {dict: "map[string]interface {}", list: "[]interface {}"}


def name_type(value: Any) -> str:
    """Return the Go type of a template's value, `<nil>` for nil."""
    return _TYPES.get(value.__class__, "<nil>")


class _Directive(NamedTuple):
    """A directive with its sizes known. `%#v` has a verb of its own, `#v`."""

    flags: str
    width: int | None
    precision: int | None
    verb: str


class _Arguments:
    """The arguments of one call, taken in order or by index."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        self._args = args
        self.next = 0
        self.reordered = False

    def seek(self, index: str | None) -> bool:
        """Go to `[n]`; False where there is no such argument."""
        if not index:
            return True
        self.reordered = True
        place = int(index[1:-1]) - 1
        if not 0 <= place < len(self._args):
            return False
        self.next = place
        return True

    def take_size(self, text: str | None) -> tuple[int | None, str]:
        """Return a width or precision, written out or taken from the arguments, and what is wrong with it."""
        if text != "*":
            return (int(text) if text else None), ""
        if self.next >= len(self._args) or not isinstance(self._args[self.next], int):
            self.next += 1
            return None, "BAD"
        self.next += 1
        return self._args[self.next - 1], ""


def sprintf(format: str, *args: Any) -> str:
    """Format as Go does; what does not fit is said in the text: `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`."""
    source = _Arguments(args)
    parts: list[str] = []
    position = 0
    while True:
        percent = format.find("%", position)
        if percent < 0:
            parts.append(format[position:])
            break
        parts.append(format[position:percent])
        match = _DIRECTIVE.match(format, percent)
        assert match is not None
        position = match.end()
        parts.append(_expand(match, source, args))
    if not source.reordered and source.next < len(args):
        extra = ", ".join("<nil>" if arg is None else f"{name_type(arg)}={format_go_value(arg)}" for arg in args[source.next :])
        parts.append(f"%!(EXTRA {extra})")
    return "".join(parts)


def _expand(match: re.Match[str], source: _Arguments, args: tuple[Any, ...]) -> str:
    flags, verb = match[1], match[8]
    found = source.seek(match[2])
    width, problem = source.take_size(match[3])
    prefix = f"%!({problem}WIDTH)" if problem else ""
    if width is not None and width < 0:
        flags, width = flags + "-", -width
    found = source.seek(match[5]) and found
    precision, problem = source.take_size(match[6])
    if problem or (precision is not None and precision < 0):
        prefix, precision = prefix + ("%!(BADPREC)" if problem else ""), None
    elif match[4] and precision is None:
        precision = 0
    found = source.seek(match[7]) and found
    if not verb:
        return prefix + "%!(NOVERB)"
    if verb == "%":
        return prefix + "%"
    if not found:
        return prefix + f"%!{verb}(BADINDEX)"
    if source.next >= len(args):
        return prefix + f"%!{verb}(MISSING)"
    source.next += 1
    if verb == "v":
        verb, flags = ("#v", flags.replace("#", "")) if "#" in flags else ("v", flags)
        flags = flags.replace("+", "")
    return prefix + _format(_Directive(flags, width, precision, verb), args[source.next - 1])


def _format(directive: _Directive, value: Any) -> str:
    verb = directive.verb
    if verb == "T":
        return _pad(directive, name_type(value)[: directive.precision] if value is not None else "<nil>")
    if value is None:
        return _pad(directive, "<nil>") if verb in ("v", "#v") else f"%!{verb}(<nil>)"
    if isinstance(value, dict | list):
        return _format_container(directive, value)
    if isinstance(value, bool):
        text = ("true" if value else "false") if verb in ("t", "v", "#v") else None
    elif isinstance(value, int):
        if directive.precision is not None:
            directive = directive._replace(flags=directive.flags.replace("0", ""))
        text = _format_integer(directive, int(value))
    elif isinstance(value, float):
        text = _format_float(directive, value)
    else:
        text = _format_string(directive, value)
    if text is None:
        return f"%!{verb}({name_type(value)}={_format(directive._replace(verb='v'), value)})"
    numeric = isinstance(value, int | float) and not isinstance(value, bool) and verb not in ("c", "q", "U")
    return _pad(directive, text, numeric)


def _format_container(directive: _Directive, value: Any) -> str:
    """A verb goes down to the elements; a width pads each of them."""
    if directive.verb == "#v":
        return format_syntax(value)
    if isinstance(value, dict):
        inner = [f"{_format(directive, key)}:{_format_element(directive, value[key])}" for key in sorted(value)]
        return "map[" + " ".join(inner) + "]"
    return "[" + " ".join(_format_element(directive, item) for item in value) + "]"


def _format_element(directive: _Directive, value: Any) -> str:
    return "<nil>" if value is None else _format(directive, value)


def _pad(directive: _Directive, text: str, numeric: bool = False) -> str:
    width = directive.width
    if width is None or len(text) >= width:
        return text
    if "-" in directive.flags:
        return text.ljust(width)
    if "0" not in directive.flags or directive.verb == "U" or (numeric and text.endswith(("Inf", "NaN"))):
        return text.rjust(width)
    if numeric and text[:1] in ("+", "-", " "):
        return text[0] + text[1:].rjust(width - 1, "0")
    return text.rjust(width, "0")


def _sign(directive: _Directive, negative: bool) -> str:
    if negative:
        return "-"
    return "+" if "+" in directive.flags else " " if " " in directive.flags else ""


def _format_integer(directive: _Directive, value: int) -> str | None:
    verb, sharp = directive.verb, "#" in directive.flags
    if verb in "cqU":
        return _format_rune(directive, value)
    formats = {"d": "d", "v": "d", "#v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
    if verb not in formats:
        return None
    digits = format(abs(value), formats[verb])
    if directive.precision == 0 and value == 0:
        return ""
    digits = digits.rjust(directive.precision or 0, "0")
    prefixes = {"b": "0b", "o": "" if digits.startswith("0") else "0", "x": "0x", "X": "0X"}
    prefix = "0o" if verb == "O" else prefixes.get(verb, "") if sharp else ""
    sign = _sign(directive, value < 0)
    if "0" in directive.flags and "-" not in directive.flags and directive.width and directive.precision is None:
        digits = digits.rjust(directive.width - len(sign), "0")
    return sign + prefix + digits


def _format_rune(directive: _Directive, value: int) -> str:
    if directive.verb == "U":
        text = f"U+{value % (1 << 64):0{max(4, directive.precision or 0)}X}"
        return f"{text} '{chr(value)}'" if "#" in directive.flags and chr(value).isprintable() else text
    char = chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "\ufffd"
    if directive.verb == "c":
        return char
    return "'" + ("\\'" if char == "'" else '"' if char == '"' else quote(char)[1:-1]) + "'"


def _format_float(directive: _Directive, value: float) -> str | None:
    verb = directive.verb
    verb = "v" if verb == "#v" else verb
    if verb not in "eEfFgGv":
        return None
    sign = _sign(directive, value < 0)
    magnitude = abs(value)
    if value != value or magnitude == float("inf"):
        return "NaN" if value != value else (sign or "+") + "Inf"
    if directive.precision is None and verb in "gGv":
        text = format_float(magnitude)
        return sign + (text.upper() if verb == "G" else text)
    if verb in "gGv":
        text = _format_general(magnitude, directive.precision or 1)
    else:
        text = f"{magnitude:.{6 if directive.precision is None else directive.precision}{verb.lower()}}"
    return sign + (text.upper() if verb in "EG" else text)


def _format_general(value: float, precision: int) -> str:
    """`%.3g`: as many digits as asked for; an exponent where Go writes one."""
    digits = f"{value:.{precision - 1}e}"
    mantissa, _, exponent = digits.partition("e")
    shortest = len(float_digits(float(digits))[1])
    limit = precision
    if precision > shortest >= int(exponent) + 1:
        limit = shortest
    if -4 <= int(exponent) < limit:
        return f"{float(digits):.{max(shortest - int(exponent) - 1, 0)}f}"
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{exponent}"


def _format_string(directive: _Directive, value: str) -> str | None:
    verb = directive.verb
    if verb == "#v":
        return quote(value)
    if verb in "xX":
        data = value.encode()[: directive.precision]
        lead, gap = "0x" if "#" in directive.flags else "", " " if " " in directive.flags else ""
        text = (gap + lead).join([f"{byte:02x}" for byte in data]) if gap else data.hex()
        text = lead + text if text else text
        return text.upper() if verb == "X" else text
    if verb not in "svq":
        return None
    value = value[: directive.precision]
    if verb != "q":
        return value
    if "#" in directive.flags and "`" not in value and all(char.isprintable() or char == "\t" for char in value):
        return f"`{value}`"
    return quote(value)
