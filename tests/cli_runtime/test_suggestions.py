"""Lines under an error that say what was probably meant, for people only."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.suggestions import suggest_fields, suggest_space
from minikube_py.client.discovery import LocalDiscovery

MANIFEST = "spec:\n  containers:\n  -image: nginx\n    name: web\n"
ERROR = CliError(
    "error parsing pod.yaml: error converting YAML to JSON: yaml: line 4: mapping values are not allowed in this context"
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def factory_of(stderr: io.StringIO) -> Any:
    return SimpleNamespace(streams=SimpleNamespace(stderr=stderr))


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    path = tmp_path / "pod.yaml"
    path.write_text(MANIFEST)
    return str(path)


def test_a_dash_without_its_space_is_pointed_at(manifest: str) -> None:
    shown = suggest_space(factory_of(Terminal()), manifest, ERROR)
    assert shown.message.splitlines() == [ERROR.message, 'line 3: did you mean "- image"?']


def test_scripts_get_the_error_as_it_is(manifest: str) -> None:
    assert suggest_space(factory_of(io.StringIO()), manifest, ERROR) is ERROR


@pytest.mark.parametrize("source", ["STDIN", "https://example.com/pod.yaml"])
def test_nothing_is_said_of_what_is_no_file(source: str) -> None:
    assert suggest_space(factory_of(Terminal()), source, ERROR) is ERROR


def test_a_right_list_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "right.yaml"
    path.write_text("items:\n- a: b\n-5\n---\nkind: x\n")
    assert suggest_space(factory_of(Terminal()), str(path), ERROR) is ERROR


STRICT = 'strict decoding error: unknown field "spec.replica", unknown field "spec.template.spec.containers[0].imag"'
HINTS = ['did you mean "replicas"?', 'did you mean "image"?']
DEPLOYMENT = Info(LocalDiscovery().find("deployments"), "default", "web")


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(errors.BadRequest(STRICT), id="create"),
        pytest.param(errors.new_invalid("", "", "", [errors.invalid("patch", "map[]", STRICT)]), id="patch"),
        pytest.param(
            errors.StatusError(
                "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n"
                "  .spec.replica: field not declared in schema\n"
                '  .spec.template.spec.containers[name="a.b"].imag: field not declared in schema'
            ),
            id="server-side-apply",
        ),
    ],
)
def test_fields_that_were_meant(error: errors.StatusError) -> None:
    shown = suggest_fields(factory_of(Terminal()), DEPLOYMENT, error)
    assert isinstance(shown, errors.StatusError)
    assert type(shown) is type(error)
    assert shown.message.splitlines()[-2:] == HINTS
    for cause in (shown.details or {}).get("causes") or ():
        assert cause["message"].splitlines()[-2:] == HINTS


@pytest.mark.parametrize("message", ['pods "web" not found', 'strict decoding error: unknown field "spec.zzzzz"'])
def test_there_is_nothing_to_suggest(message: str) -> None:
    shown = suggest_fields(factory_of(Terminal()), DEPLOYMENT, errors.BadRequest(message))
    assert isinstance(shown, errors.BadRequest)
    assert shown.message == message
