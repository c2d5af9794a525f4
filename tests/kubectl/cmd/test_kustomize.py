"""kustomize, and -k of the verbs that have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kubectl.cmd.conftest import Kubectl, Outcome

BUILT = """apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  name: conf-4h2mbtbbt6
---
apiVersion: v1
kind: Service
metadata:
  name: web
"""
WEB = "{apiVersion: v1, kind: Service, metadata: {name: web}}\n"
REORDER = "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a kustomization in app/, a file beside it and an empty folder; it is the current one."""
    (tmp_path / "app").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "web.yaml").write_text(WEB)
    (tmp_path / "app" / "web.yaml").write_text(WEB)
    kustomization = "resources: [web.yaml]\nconfigMapGenerator: [{name: conf, literals: [a=b]}]\n"
    (tmp_path / "app" / "kustomization.yaml").write_text(kustomization)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_prints_what_is_built(kubectl: Kubectl, folder: Path) -> None:
    assert kubectl("kustomize app") == Outcome(BUILT, "", 0)


def test_current_folder_is_the_default(kubectl: Kubectl, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "app")
    assert kubectl("kustomize") == Outcome(BUILT, "", 0)


def test_output_is_a_file(kubectl: Kubectl, folder: Path) -> None:
    assert kubectl("kustomize app -o out.yaml") == Outcome("", "", 0)
    assert (folder / "out.yaml").read_text() == BUILT


def test_output_is_a_folder(kubectl: Kubectl, folder: Path) -> None:
    assert kubectl("kustomize app -o empty") == Outcome("", "", 0)
    found = {path.name: path.read_text() for path in (folder / "empty").iterdir()}
    first, second = BUILT.split("---\n")
    assert found == {"v1_configmap_conf-4h2mbtbbt6.yaml": first, "v1_service_web.yaml": second}


def test_no_order(kubectl: Kubectl, folder: Path) -> None:
    first, second = BUILT.split("---\n")
    assert kubectl("kustomize app --reorder=none") == Outcome(f"{second}---\n{first}", REORDER, 0)


def test_files_outside_of_the_folder(kubectl: Kubectl, folder: Path) -> None:
    (folder / "app" / "kustomization.yaml").write_text("resources: [../web.yaml]\n")
    refused = kubectl("kustomize app")
    assert "security; file" in refused.stderr
    assert refused.code == 1
    allowed = kubectl("kustomize app --load-restrictor=LoadRestrictionsNone")
    assert allowed == Outcome(BUILT.split("---\n")[1], "", 0)


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("kustomize a b", "error: specify one path to kustomization.yaml\n"),
        (
            "kustomize app --load-restrictor=some",
            "error: illegal flag value --load-restrictor some; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]\n",
        ),
        (
            "kustomize app --reorder=some",
            f"{REORDER}error: illegal flag value --reorder some; legal values: [legacy none]\n",
        ),
        ("kustomize app -o none/x.yaml", "error: open none/x.yaml: no such file or directory\n"),
        (
            "kustomize https://github.com/a/b",
            "error: 'https://github.com/a/b' is remote: there is no network to fetch files and repositories from\n",
        ),
    ],
)
def test_refused(kubectl: Kubectl, folder: Path, words: str, stderr: str) -> None:
    assert kubectl(words) == Outcome("", stderr, 1)


def test_apply_get_and_delete(kubectl: Kubectl, folder: Path) -> None:
    (folder / "app" / "web.yaml").write_text("{apiVersion: v1, kind: Secret, metadata: {name: web}}\n")
    assert kubectl("apply -k app") == Outcome("configmap/conf-4h2mbtbbt6 created\nsecret/web created\n", "", 0)
    assert kubectl("get -k app -o name") == Outcome("configmap/conf-4h2mbtbbt6\nsecret/web\n", "", 0)
    assert kubectl("label -k app x=y") == Outcome("configmap/conf-4h2mbtbbt6 labeled\nsecret/web labeled\n", "", 0)
    exists = kubectl("create -k app")
    assert exists.stderr.splitlines()[1] == (
        'Error from server (AlreadyExists): error when creating "app": secrets "web" already exists'
    )
    deleted = 'configmap "conf-4h2mbtbbt6" deleted\nsecret "web" deleted\n'
    assert kubectl("delete -k app --wait=false").stdout == deleted


@pytest.mark.parametrize("verb", ["apply", "create", "delete", "replace", "get", "describe", "label x=y", "diff"])
def test_either_files_or_a_kustomization(kubectl: Kubectl, folder: Path, verb: str) -> None:
    outcome = kubectl(f"{verb} -k app -f web.yaml")
    assert (outcome.stderr, outcome.code > 0) == ("error: only one of -f or -k can be specified\n", True)


@pytest.mark.parametrize("verb", ["apply", "delete", "get", "annotate x=y"])
def test_not_recursive(kubectl: Kubectl, folder: Path, verb: str) -> None:
    assert kubectl(f"{verb} -k app -R") == Outcome("", "error: the -k flag can't be used with -f or -R\n", 1)


@pytest.mark.parametrize(
    ("verb", "prefix"), [("apply", "error: "), ("delete", "error: "), ("describe", "error: "), ("get", "")]
)
def test_no_kustomization(kubectl: Kubectl, folder: Path, verb: str, prefix: str) -> None:
    why = f"unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{folder}/empty'"
    assert kubectl(f"{verb} -k empty") == Outcome("", f"{prefix}{why}\n", 1)


def test_wait_has_no_such_flag(kubectl: Kubectl, folder: Path) -> None:
    assert "unknown shorthand flag: 'k' in -k" in kubectl("wait -k app --for=delete").stderr
