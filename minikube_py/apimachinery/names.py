"""Rules for names, keys and values. A validator returns what is wrong, in Kubernetes' words; an empty list means valid.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and apimachinery's pkg/util/validation. Lengths
are counted in bytes of UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from minikube_py.apimachinery.generated_names import compute_hash as compute_hash
from minikube_py.apimachinery.generated_names import generate_name as generate_name
from minikube_py.apimachinery.generated_names import random_suffix as random_suffix
from minikube_py.apimachinery.generated_names import safe_encode as safe_encode

if TYPE_CHECKING:
    import re

NameValidator = Callable[[str, bool], list[str]]
"""Judges a name; the flag says that it is only the beginning of one (generateName), so that a last dash is fine."""

DNS1123_LABEL_MAX_LENGTH = 63
DNS1123_SUBDOMAIN_MAX_LENGTH = 253
DNS1035_LABEL_MAX_LENGTH = 63
LABEL_VALUE_MAX_LENGTH = 63
CRON_JOB_NAME_MAX_LENGTH = 52

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(\." + _LABEL + ")*"
_UNDERSCORE_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_UNDERSCORE_SUBDOMAIN = _UNDERSCORE_LABEL + r"(\." + _UNDERSCORE_LABEL + ")*"
_DNS1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD = r"\*\." + _SUBDOMAIN
_QUALIFIED_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = "(" + _QUALIFIED_NAME + ")?"
_C_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*"
_ENV_VAR_NAME = "[-._a-zA-Z][-._a-zA-Z0-9]*"
_CONFIG_MAP_KEY = "[-._a-zA-Z0-9]+"
_HTTP_HEADER_NAME = "[-A-Za-z0-9]+"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_PERCENT = "[0-9]+%"

_ALPHANUMERIC_ENDS = ", and must start and end with an alphanumeric character"
_LABEL_TEXT = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'" + _ALPHANUMERIC_ENDS
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'" + _ALPHANUMERIC_ENDS
)
_DNS1035_LABEL_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character"
)
_WILDCARD_TEXT = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)
_QUALIFIED_NAME_TEXT = "must consist of alphanumeric characters, '-', '_' or '.'" + _ALPHANUMERIC_ENDS
_LABEL_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'" + _ALPHANUMERIC_ENDS
)
_C_IDENTIFIER_TEXT = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'"
)
_ENV_VAR_NAME_TEXT = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', "
    "and must not start with a digit"
)
_RELAXED_ENV_VAR_NAME_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"
_CONFIG_MAP_KEY_TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
_HTTP_HEADER_NAME_TEXT = "a valid HTTP header must consist of alphanumeric characters or '-'"
_PERCENT_TEXT = "a valid percent string must be a numeric string followed by an ending '%'"
_IP_TEXT = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def is_dns1123_label(value: str) -> list[str]:
    """Judge a name of at most 63 lower case letters, digits and dashes."""
    errors = _check_length(value, DNS1123_LABEL_MAX_LENGTH)
    if not _matches(_LABEL, value):
        if _matches(_SUBDOMAIN, value):
            errors.append("must not contain dots")
        else:
            errors.append(regex_error(_LABEL_TEXT, _LABEL, "my-name", "123-abc"))
    return errors


def is_dns1123_subdomain(value: str) -> list[str]:
    """Judge labels joined by dots, at most 253 bytes: the name of most kinds."""
    return _judge(value, DNS1123_SUBDOMAIN_MAX_LENGTH, _SUBDOMAIN, _SUBDOMAIN_TEXT, "example.com")


def is_dns1123_subdomain_with_underscore(value: str) -> list[str]:
    """Judge a subdomain whose labels may have underscores: where names are looked up in DNS (KEP-4427)."""
    return _judge(
        value,
        DNS1123_SUBDOMAIN_MAX_LENGTH,
        _UNDERSCORE_SUBDOMAIN,
        _SUBDOMAIN_TEXT.replace("'-' or", "'_', '-' or"),
        "example.com",
    )


def is_dns1035_label(value: str) -> list[str]:
    """Judge a label that begins with a letter: the name of a Service."""
    return _judge(value, DNS1035_LABEL_MAX_LENGTH, _DNS1035_LABEL, _DNS1035_LABEL_TEXT, "my-name", "abc-123")


def is_wildcard_dns1123_subdomain(value: str) -> list[str]:
    """Judge `*.` with a subdomain after it: the host of an Ingress."""
    return _judge(value, DNS1123_SUBDOMAIN_MAX_LENGTH, _WILDCARD, _WILDCARD_TEXT, "*.example.com")


def is_qualified_name(value: str) -> list[str]:
    """Judge a name with an optional subdomain and slash before it: the key of a label."""
    parts = value.split("/")
    explanation = regex_error(_QUALIFIED_NAME_TEXT, _QUALIFIED_NAME, "MyName", "my.name", "123-abc")
    if len(parts) > 2:
        return [f"a qualified name {explanation} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    errors = []
    name = parts[-1]
    if len(parts) == 2:
        prefix_errors = is_dns1123_subdomain(parts[0]) if parts[0] else [empty_error()]
        errors += [f"prefix part {text}" for text in prefix_errors]
    if not name:
        errors.append(f"name part {empty_error()}")
    elif byte_length(name) > LABEL_VALUE_MAX_LENGTH:
        errors.append(f"name part {max_len_error(LABEL_VALUE_MAX_LENGTH)}")
    if not _matches(_QUALIFIED_NAME, name):
        errors.append(f"name part {explanation}")
    return errors


def is_valid_label_value(value: str) -> list[str]:
    """Judge the value of a label; it may be empty."""
    return _judge(value, LABEL_VALUE_MAX_LENGTH, _LABEL_VALUE, _LABEL_VALUE_TEXT, "MyValue", "my_value", "12345")


def is_fully_qualified_name(value: str) -> list[str]:
    """Judge a domain of at least three segments. An empty value is for the caller to report as a required field."""
    errors = is_dns1123_subdomain(value)
    if errors:
        return [",".join(errors)]
    return [] if value.count(".") >= 2 else ["should be a domain with at least three segments separated by dots"]


def is_domain_prefixed_path(value: str) -> list[str]:
    """Judge a domain, a slash and a path: `acme.io/foo`. An empty value is for the caller to report as a required field."""
    host, slash, path = value.partition("/")
    if not (host and slash and path):
        return ['must be a domain-prefixed path (such as "acme.io/foo")']
    errors = is_dns1123_subdomain(host)
    if not _matches(_HTTP_PATH, path):
        errors.append(regex_error("Invalid path", _HTTP_PATH))
    return errors


def is_path_segment_name(value: str) -> list[str]:
    """Judge a name that only has to fit into a URL: that of a Role."""
    if value in (".", ".."):
        return [f"may not be '{value}'"]
    return is_path_segment_prefix(value)


def is_path_segment_prefix(value: str) -> list[str]:
    """Judge the beginning of a name that only has to fit into a URL."""
    return [f"may not contain '{part}'" for part in ("/", "%") if part in value]


def is_config_map_key(value: str) -> list[str]:
    """Judge a key of a ConfigMap or Secret."""
    examples = ("key.name", "KEY_NAME", "key-name")
    errors = _judge(value, DNS1123_SUBDOMAIN_MAX_LENGTH, _CONFIG_MAP_KEY, _CONFIG_MAP_KEY_TEXT, *examples)
    return errors + _check_no_parent_folder(value)


def is_env_var_name(value: str) -> list[str]:
    """Judge the name of an environment variable by the strict rule (kubectl's, and the server's before 1.32)."""
    errors = []
    if not _matches(_ENV_VAR_NAME, value):
        errors.append(regex_error(_ENV_VAR_NAME_TEXT, _ENV_VAR_NAME, "my.env-name", "MY_ENV.NAME", "MyEnvName1"))
    return errors + _check_no_parent_folder(value)


def is_relaxed_env_var_name(value: str) -> list[str]:
    """Judge the name of an environment variable by the rule of RelaxedEnvironmentVariableValidation (KEP-4369)."""
    errors = [] if value else [f"environment variable name {empty_error()}"]
    if any(not " " <= character <= "~" or character == "=" for character in value):
        errors.append(_RELAXED_ENV_VAR_NAME_TEXT)
    return errors


def is_c_identifier(value: str) -> list[str]:
    """Judge an identifier of C."""
    if _matches(_C_IDENTIFIER, value):
        return []
    return [regex_error(_C_IDENTIFIER_TEXT, _C_IDENTIFIER, "my_name", "MY_NAME", "MyName")]


def is_http_header_name(value: str) -> list[str]:
    """Judge the name of an HTTP header."""
    if _matches(_HTTP_HEADER_NAME, value):
        return []
    return [regex_error(_HTTP_HEADER_NAME_TEXT, _HTTP_HEADER_NAME, "X-Header-Name")]


def is_valid_percent(value: str) -> list[str]:
    """Judge a whole number with a percent sign."""
    return [] if _matches(_PERCENT, value) else [regex_error(_PERCENT_TEXT, _PERCENT, "1%", "93%")]


def is_valid_port_num(port: int) -> list[str]:
    """Judge the number of a port: 1 to 65535."""
    return is_in_range(port, 1, 65535)


def is_in_range(value: int, low: int, high: int) -> list[str]:
    """Judge a number that must lie between two others, both included."""
    return [] if low <= value <= high else [inclusive_range_error(low, high)]


def is_valid_port_name(port: str) -> list[str]:
    """Judge the name of a port: at most 15 letters, digits and single dashes, at least one letter."""
    errors = _check_length(port, 15)
    if not _matches("[-a-z0-9]+", port):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= character <= "z" for character in port):
        errors.append("must contain at least one letter (a-z)")
    if "--" in port:
        errors.append("must not contain consecutive hyphens")
    if port.startswith("-") or port.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def is_valid_ip(value: str) -> list[str]:
    """Judge an IPv4 or IPv6 address. Zeros before a part of an IPv4 address are tolerated, as Kubernetes 1.33 does."""
    import ipaddress

    text = ".".join(part.lstrip("0") or part[:1] for part in value.split(".")) if ":" not in value else value
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return [_IP_TEXT]
    return [_IP_TEXT] if getattr(address, "scope_id", None) else []


def name_is_dns_subdomain(name: str, prefix: bool) -> list[str]:
    """A NameValidator: a DNS subdomain."""
    return is_dns1123_subdomain(_mask_trailing_dash(name) if prefix else name)


def name_is_dns_label(name: str, prefix: bool) -> list[str]:
    """A NameValidator: a DNS label, as for Namespaces."""
    return is_dns1123_label(_mask_trailing_dash(name) if prefix else name)


def name_is_dns1035_label(name: str, prefix: bool) -> list[str]:
    """A NameValidator: a DNS label that begins with a letter, as for Services."""
    return is_dns1035_label(_mask_trailing_dash(name) if prefix else name)


def name_is_path_segment(name: str, prefix: bool) -> list[str]:
    """A NameValidator: anything that fits into a URL, as for Roles."""
    return is_path_segment_prefix(name) if prefix else is_path_segment_name(name)


def max_len_error(length: int) -> str:
    """Return what Kubernetes says of a text that is too long."""
    return f"must be no more than {length} characters"


def inclusive_range_error(low: int, high: int) -> str:
    """Return what Kubernetes says of a number out of range."""
    return f"must be between {low} and {high}, inclusive"


def empty_error() -> str:
    """Return what Kubernetes says of a part that is missing."""
    return "must be non-empty"


def regex_error(message: str, pattern: str, *examples: str) -> str:
    """Return `message` with examples and the pattern, as Kubernetes explains a mismatch."""
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{message} ({'e.g. ' if examples else ''}{shown}regex used for validation is '{pattern}')"


def _judge(value: str, limit: int, pattern: str, message: str, *examples: str) -> list[str]:
    errors = _check_length(value, limit)
    if not _matches(pattern, value):
        errors.append(regex_error(message, pattern, *examples))
    return errors


def _check_length(value: str, limit: int) -> list[str]:
    return [max_len_error(limit)] if byte_length(value) > limit else []


def _check_no_parent_folder(value: str) -> list[str]:
    if value in (".", ".."):
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def byte_length(value: str) -> int:
    """Return the length of a text in UTF-8, as Kubernetes counts."""
    return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))


def _mask_trailing_dash(name: str) -> str:
    return name[:-2] + "a" if len(name) > 1 and name.endswith("-") else name


def _matches(pattern: str, value: str) -> bool:
    return _compile(pattern).fullmatch(value) is not None


@lru_cache(maxsize=32)
def _compile(pattern: str) -> re.Pattern[str]:
    import re

    return re.compile(pattern)
