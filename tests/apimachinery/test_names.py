"""Names and keys: what is valid, and the words for what is not."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery import names

Validator = Callable[[str], list[str]]

LABEL_ERROR = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN_ERROR = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
DNS1035_ERROR = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
    "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
QUALIFIED_ERROR = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
CONFIG_KEY_ERROR = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
ENV_ERROR = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start "
    "with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    "'[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
PORT_CHARACTERS = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
PORT_LETTER = "must contain at least one letter (a-z)"
IP_ERROR = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


@pytest.mark.parametrize(
    ("validate", "values"),
    [
        (names.is_dns1123_label, ["a", "0", "a-b", "a" * 63]),
        (names.is_dns1123_subdomain, ["a", "a.b-c.0", ("a" * 63 + ".") * 3 + "a" * 61]),
        (names.is_dns1035_label, ["a", "a-0"]),
        (names.is_wildcard_dns1123_subdomain, ["*.example.com"]),
        (names.is_qualified_name, ["a", "My_Name.1", "example.com/My_Name", "1"]),
        (names.is_valid_label_value, ["", "a", "My_Value.1"]),
        (names.is_config_map_key, ["a", ".hidden", "A_B-c.d", "a..b"]),
        (names.is_env_var_name, ["A", "_a", "a.b-c", "-x"]),
        (names.is_relaxed_env_var_name, ["A", "1 2", "~!"]),
        (names.is_c_identifier, ["_a1"]),
        (names.is_valid_port_name, ["http", "p2p-1", "a" * 15]),
        (names.is_valid_ip, ["10.0.0.1", "010.0.00.1", "::1", "2001:db8::ffff", "::ffff:1.2.3.4"]),
        (names.is_http_header_name, ["X-Header-Name"]),
        (names.is_valid_percent, ["0%", "150%"]),
        (names.is_fully_qualified_name, ["a.b.c"]),
        (names.is_domain_prefixed_path, ["acme.io/foo", "acme.io/a/b"]),
        (names.is_path_segment_name, ["system:thing", "A b", "..."]),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_valid(validate: Validator, values: list[str]) -> None:
    assert {value: validate(value) for value in values} == {value: [] for value in values}


INVALID: list[tuple[Validator, str, list[str]]] = [
    (names.is_dns1123_label, "", [LABEL_ERROR]),
    (names.is_dns1123_label, "A", [LABEL_ERROR]),
    (names.is_dns1123_label, "a\n", [LABEL_ERROR]),
    (names.is_dns1123_label, "\u0663", [LABEL_ERROR]),
    (names.is_dns1123_label, "a.b", ["must not contain dots"]),
    (names.is_dns1123_label, "a" * 64, ["must be no more than 63 characters"]),
    (names.is_dns1123_label, "\u00e9" * 32, ["must be no more than 63 characters", LABEL_ERROR]),
    (names.is_dns1123_subdomain, "a..b", [SUBDOMAIN_ERROR]),
    (names.is_dns1123_subdomain, "-" * 254, ["must be no more than 253 characters", SUBDOMAIN_ERROR]),
    (names.is_dns1035_label, "1st", [DNS1035_ERROR]),
    (names.is_qualified_name, "", ["name part must be non-empty", "name part " + QUALIFIED_ERROR]),
    (names.is_qualified_name, "/a", ["prefix part must be non-empty"]),
    (
        names.is_qualified_name,
        "A/" + "b" * 64,
        ["prefix part " + SUBDOMAIN_ERROR, "name part must be no more than 63 characters"],
    ),
    (
        names.is_qualified_name,
        "a/b/c",
        [f"a qualified name {QUALIFIED_ERROR} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"],
    ),
    (names.is_config_map_key, "", [CONFIG_KEY_ERROR]),
    (names.is_config_map_key, ".", ["must not be '.'"]),
    (names.is_config_map_key, "..", ["must not be '..'"]),
    (names.is_config_map_key, "..a/", [CONFIG_KEY_ERROR, "must not start with '..'"]),
    (names.is_env_var_name, "1a", [ENV_ERROR]),
    (names.is_relaxed_env_var_name, "", ["environment variable name must be non-empty"]),
    (
        names.is_relaxed_env_var_name,
        "a=b",
        ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    ),
    (names.is_valid_port_name, "Http_Port", [PORT_CHARACTERS]),
    (names.is_valid_port_name, "averyveryverylongname", ["must be no more than 15 characters"]),
    (names.is_valid_port_name, "", [PORT_CHARACTERS, PORT_LETTER]),
    (
        names.is_valid_port_name,
        "-1--",
        [PORT_LETTER, "must not contain consecutive hyphens", "must not begin or end with a hyphen"],
    ),
    (names.is_valid_ip, "1.2.3", [IP_ERROR]),
    (names.is_valid_ip, "1.2.3.256", [IP_ERROR]),
    (names.is_valid_ip, "fe80::1%eth0", [IP_ERROR]),
    (names.is_valid_ip, "", [IP_ERROR]),
    (
        names.is_http_header_name,
        "a b",
        [
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', "
            "regex used for validation is '[-A-Za-z0-9]+')"
        ],
    ),
    (
        names.is_valid_percent,
        "5",
        [
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
            "regex used for validation is '[0-9]+%')"
        ],
    ),
    (names.is_fully_qualified_name, "a.b", ["should be a domain with at least three segments separated by dots"]),
    (names.is_fully_qualified_name, "A", [SUBDOMAIN_ERROR]),
    (names.is_domain_prefixed_path, "acme.io", ['must be a domain-prefixed path (such as "acme.io/foo")']),
    (
        names.is_domain_prefixed_path,
        "A/ ",
        [SUBDOMAIN_ERROR, r"Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"],
    ),
    (names.is_path_segment_name, ".", ["may not be '.'"]),
    (names.is_path_segment_name, "a/b%", ["may not contain '/'", "may not contain '%'"]),
]


@pytest.mark.parametrize(("validate", "value", "errors"), INVALID, ids=[f"{v.__name__}-{s[:12]!r}" for v, s, _ in INVALID])
def test_invalid(validate: Validator, value: str, errors: list[str]) -> None:
    assert validate(value) == errors


@pytest.mark.parametrize("validate", [names.is_wildcard_dns1123_subdomain, names.is_c_identifier], ids=lambda v: v.__name__)
def test_the_pattern_is_shown(validate: Validator) -> None:
    assert [("regex used for validation is" in text) for text in validate("-")] == [True]


@pytest.mark.parametrize(("port", "valid"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_port_numbers(port: int, valid: bool) -> None:
    assert names.is_valid_port_num(port) == ([] if valid else ["must be between 1 and 65535, inclusive"])


@pytest.mark.parametrize(
    ("validator", "accepted", "refused"),
    [
        (names.name_is_dns_subdomain, "a.b-", "Ab-"),
        (names.name_is_dns_label, "ab-", "a.b-"),
        (names.name_is_dns1035_label, "ab-", "1ab-"),
        (names.name_is_path_segment, ".", "a/"),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_the_beginning_of_a_name_may_end_in_a_dash(validator: names.NameValidator, accepted: str, refused: str) -> None:
    assert validator(accepted, True) == []
    assert validator(accepted, False)
    assert validator(refused, True)


@given(st.text(alphabet=string.ascii_lowercase + string.digits + "-.AZ_/", max_size=70))
def test_every_label_is_a_subdomain_and_a_qualified_name(value: str) -> None:
    if not names.is_dns1035_label(value):
        assert not names.is_dns1123_label(value)
    if not names.is_dns1123_label(value):
        assert not names.is_dns1123_subdomain(value)
        assert not names.is_qualified_name(value)
        assert not names.is_valid_label_value(value)


@given(st.text(alphabet="abc-", max_size=80), st.integers())
def test_a_generated_name_fits_a_label(base: str, seed: int) -> None:
    name = names.generate_name(base, random.Random(seed))
    assert name.startswith(base[:58])
    assert len(name) == min(len(base), 58) + 5 <= 63
    assert set(name[-5:]) <= set("bcdfghjklmnpqrstvwxz2456789")
    assert name == names.generate_name(base, random.Random(seed))


def test_safe_encode_is_upstreams() -> None:
    assert names.safe_encode("0123456789") == "456789bcdf"


def test_the_template_hash_depends_on_content_only() -> None:
    template = {"spec": {"containers": [{"name": "c", "image": "nginx"}]}, "metadata": {"labels": {"app": "web"}}}
    same = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"image": "nginx", "name": "c"}]}}
    other = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"image": "redis", "name": "c"}]}}
    hashes = {
        names.compute_hash(template),
        names.compute_hash(other),
        names.compute_hash(template, 0),
        names.compute_hash(template, 1),
    }
    assert names.compute_hash(template) == names.compute_hash(same)
    assert len(hashes) == 4
    assert all(not names.is_valid_label_value(text) for text in hashes)


def test_the_hash_is_the_same_in_every_release() -> None:
    assert names.compute_hash({}) == names.safe_encode(str(_fnv1a(b"{}")))


def _fnv1a(data: bytes) -> int:
    digest = 2166136261
    for byte in data:
        digest = (digest ^ byte) * 16777619 % 2**32
    return digest
