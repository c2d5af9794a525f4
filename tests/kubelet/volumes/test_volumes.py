"""What a container finds in its volumes, and what no volume may do."""

from __future__ import annotations

import base64
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.kubelet.env import ConfigError
from minikube_py.kubelet.volumes import persistentvolumeclaim
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, validate_path, write_atomically
from minikube_py.kubelet.volumes.manager import make_mounts, set_up_volumes
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources

Object = dict[str, Any]


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class Api:
    def __init__(self) -> None:
        self.config_maps: dict[str, Object] = {"cfg": {"data": {"k": "v", "j": "w"}}}
        self.secrets: dict[str, Object] = {"cred": {"data": {"user": encode("admin"), "pass": encode("p4ss")}}}
        self.claims: dict[str, Object] = {}
        self.volumes: dict[str, Object] = {}

    def sources(self, pod: Object, now: float = 0.0) -> VolumeSources:
        return VolumeSources(
            pod=pod,
            get_config_map=lambda _, name: self.config_maps.get(name),
            get_secret=lambda _, name: self.secrets.get(name),
            get_claim=lambda _, name: self.claims.get(name),
            get_volume=lambda _, name: self.volumes.get(name),
            request_token=lambda audience, seconds: f"token for {audience or 'the api'}",
            allocatable={},
            now=now,
        )


@pytest.fixture
def api() -> Api:
    return Api()


def make_pod(*volumes: Object, mounts: list[Object] | None = None, **spec: Any) -> Object:
    container = {"name": "main", "resources": {"requests": {"cpu": "120m"}}, "volumeMounts": mounts or []}
    metadata = {"name": "box", "namespace": "default", "uid": "u", "labels": {"tier": "1", "app": "demo"}}
    metadata["annotations"] = {"b": "two words", "a": "line1\nline2"}
    return {"metadata": metadata, "spec": {"volumes": list(volumes), "containers": [container], **spec}}


def set_up(api: Api, directory: Path, volume: Object, **spec: Any) -> Path:
    pod = make_pod({"name": "v", **volume}, **spec)
    ready, failed = set_up_volumes(pod, directory, api.sources(pod))
    assert failed == {}
    return ready["v"]


def fail(api: Api, directory: Path, volume: Object) -> str:
    pod = make_pod({"name": "v", **volume})
    ready, failed = set_up_volumes(pod, directory, api.sources(pod))
    assert ready == {}
    return failed["v"]


def read(path: Path) -> dict[str, str]:
    """What a program sees that walks through the folder and follows links; names that begin with `..` are hidden from it."""
    found = {}
    for root, _, names in os.walk(path, followlinks=True):
        for file in (Path(root, name).relative_to(path) for name in names):
            if not file.parts[0].startswith(".."):
                found[file.as_posix()] = (path / file).read_text()
    return found


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        pytest.param({"configMap": {"name": "cfg"}}, {"k": "v", "j": "w"}, id="config-map"),
        pytest.param({"configMap": {"name": "cfg", "items": [{"key": "k", "path": "deep/x"}]}}, {"deep/x": "v"}, id="items"),
        pytest.param({"configMap": {"name": "nope", "optional": True}}, {}, id="optional-map"),
        pytest.param(
            {"configMap": {"name": "cfg", "optional": True, "items": [{"key": "nope", "path": "x"}]}}, {}, id="optional-key"
        ),
        pytest.param({"secret": {"secretName": "cred"}}, {"user": "admin", "pass": "p4ss"}, id="secret"),
        pytest.param(
            {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
            {"labels": 'app="demo"\ntier="1"'},
            id="labels",
        ),
        pytest.param(
            {"downwardAPI": {"items": [{"path": "notes", "fieldRef": {"fieldPath": "metadata.annotations"}}]}},
            {"notes": 'a="line1\\nline2"\nb="two words"'},
            id="annotations",
        ),
        pytest.param(
            {
                "downwardAPI": {
                    "items": [
                        {
                            "path": "cpu",
                            "resourceFieldRef": {"containerName": "main", "resource": "requests.cpu", "divisor": "1m"},
                        }
                    ]
                }
            },
            {"cpu": "120"},
            id="resource",
        ),
        pytest.param(
            {
                "projected": {
                    "sources": [
                        {"secret": {"name": "cred", "items": [{"key": "user", "path": "deep/user"}]}},
                        {"configMap": {"name": "cfg"}},
                        {"downwardAPI": {"items": [{"path": "ns", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
                        {"serviceAccountToken": {"path": "token", "audience": "vault"}},
                    ]
                }
            },
            {"deep/user": "admin", "k": "v", "j": "w", "ns": "default", "token": "token for vault"},
            id="projected",
        ),
    ],
)
def test_contents(api: Api, tmp_path: Path, volume: Object, expected: dict[str, str]) -> None:
    assert read(set_up(api, tmp_path, volume)) == expected


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"configMap": {"name": "nope"}}, 'configmap "nope" not found'),
        ({"secret": {"secretName": "nope"}}, 'secret "nope" not found'),
        ({"configMap": {"name": "cfg", "items": [{"key": "z", "path": "z"}]}}, "references non-existent config key: z"),
        ({"secret": {"secretName": "cred", "items": [{"key": "z", "path": "z"}]}}, "references non-existent secret key: z"),
        (
            {"projected": {"sources": [{"configMap": {"name": "a"}}, {"secret": {"name": "b"}}]}},
            '[configmap "a" not found, secret "b" not found]',
        ),
        ({"nfs": {"server": "x"}}, "volumes of type nfs are not supported"),
        ({"persistentVolumeClaim": {"claimName": "nope"}}, 'persistentvolumeclaim "nope" not found'),
        (
            {"hostPath": {"path": "/etc/hosts", "type": "Directory"}},
            "hostPath type check failed: /etc/hosts is not a directory",
        ),
        ({"hostPath": {"path": "/tmp", "type": "File"}}, "hostPath type check failed: /tmp is not a file"),
    ],
)
def test_failures(api: Api, tmp_path: Path, volume: Object, message: str) -> None:
    assert fail(api, tmp_path, volume) == message


def test_modes(api: Api, tmp_path: Path) -> None:
    items = [{"key": "user", "path": "user"}, {"key": "pass", "path": "pass", "mode": 0o600}]
    path = set_up(api, tmp_path, {"secret": {"secretName": "cred", "defaultMode": 0o400, "items": items}})
    assert stat.S_IMODE((path / "user").stat().st_mode) == 0o400
    assert stat.S_IMODE((path / "pass").stat().st_mode) == 0o600


@pytest.mark.parametrize(("spec", "mode"), [({}, 0o777), ({"securityContext": {"fsGroup": os.getgid()}}, 0o2777)])
def test_empty_dir(api: Api, tmp_path: Path, spec: Object, mode: int) -> None:
    path = set_up(api, tmp_path, {"emptyDir": {}}, **spec)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    (path / "kept").touch()
    assert set_up(api, tmp_path, {"emptyDir": {}}, **spec) == path
    assert (path / "kept").exists()


def test_host_path(api: Api, tmp_path: Path) -> None:
    wanted = tmp_path / "on" / "host"
    assert set_up(api, tmp_path, {"hostPath": {"path": str(wanted), "type": "DirectoryOrCreate"}}) == wanted
    assert wanted.is_dir()


def test_persistent_volume(api: Api, tmp_path: Path) -> None:
    api.claims["data"] = {"spec": {"volumeName": "pv"}, "status": {"phase": "Bound"}}
    api.volumes["pv"] = {"metadata": {"name": "pv"}, "spec": {"hostPath": {"path": str(tmp_path / "pv")}}}
    assert set_up(api, tmp_path, {"persistentVolumeClaim": {"claimName": "data"}}) == tmp_path / "pv"


def set_up_persistent(api: Api, directory: Path, path: str) -> Path:
    """Set up a claim's volume on a node whose volumes lie in `directory`/node."""
    api.claims["data"] = {"spec": {"volumeName": "pv"}, "status": {"phase": "Bound"}}
    api.volumes["pv"] = {"metadata": {"name": "pv"}, "spec": {"hostPath": {"path": path, "type": ""}}}
    sources = replace(api.sources(make_pod()), volumes_dir=directory / "node")
    return persistentvolumeclaim.set_up({"claimName": "data"}, directory / "v", sources)


def test_persistent_volumes_lie_in_the_nodes_own_folder(api: Api, tmp_path: Path) -> None:
    folder = set_up_persistent(api, tmp_path, "/mnt/data")
    assert folder == tmp_path / "node" / "mnt" / "data"
    assert folder.is_dir()


@pytest.mark.parametrize("path", ["/", "/out", "/out/deeper"])
def test_persistent_volumes_do_not_lead_out(api: Api, tmp_path: Path, path: str) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "out").symlink_to(tmp_path)
    with pytest.raises(MountError, match="leads outside the cluster's volumes"):
        set_up_persistent(api, tmp_path, path)


def test_changes_appear_at_once_and_files_that_go_go(api: Api, tmp_path: Path) -> None:
    volume = {"configMap": {"name": "cfg"}}
    path = set_up(api, tmp_path, volume)
    generation = os.readlink(path / "..data")
    assert set_up(api, tmp_path, volume) == path
    assert os.readlink(path / "..data") == generation, "nothing changed"
    api.config_maps["cfg"] = {"data": {"k": "new", "l": "x"}}
    set_up(api, tmp_path, volume)
    assert read(path) == {"k": "new", "l": "x"}
    assert len([name for name in os.listdir(path) if name.startswith(("..1", "..2"))]) == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "..data", "..x/y", "", "a\0b"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(MountError):
        write_atomically(tmp_path / "v", {path: FileProjection(b"", 0o644)}, 0.0)
    assert not (tmp_path / "x").exists()


@given(st.text(alphabet="ab./\\ ", max_size=12))
def test_every_path_that_is_taken_stays_inside(path: str) -> None:
    try:
        taken = validate_path(path)
    except MountError:
        return
    base = Path("/base/volume")
    assert os.path.normpath(base / taken).startswith(f"{base}/")


def mount(api: Api, directory: Path, volume: Object, env: dict[str, str] | None = None, **fields: Any) -> Any:
    pod = make_pod({"name": "v", **volume}, mounts=[{"name": "v", "mountPath": "/data", **fields}])
    ready, failed = set_up_volumes(pod, directory, api.sources(pod))
    assert failed == {}
    return make_mounts(pod, pod["spec"]["containers"][0], ready, env or {}, directory)[0]


def test_mounts(api: Api, tmp_path: Path) -> None:
    plain = mount(api, tmp_path, {"emptyDir": {}})
    assert (plain.container_path, plain.host_path, plain.read_only) == ("/data", str(tmp_path / "volumes" / "v"), False)
    assert mount(api, tmp_path, {"emptyDir": {}}, readOnly=True).read_only
    assert mount(api, tmp_path / "other", {"configMap": {"name": "cfg"}}).read_only, "generated files are not written to"


def test_sub_paths(api: Api, tmp_path: Path) -> None:
    made = mount(api, tmp_path, {"emptyDir": {}}, subPath="a/b")
    assert made.host_path == str(tmp_path / "volumes" / "v" / "a" / "b")
    assert Path(made.host_path).is_dir()
    named = mount(api, tmp_path, {"emptyDir": {}}, {"POD": "box"}, subPathExpr="$(POD)/logs")
    assert named.host_path.endswith("/v/box/logs")


def test_a_sub_path_of_a_config_map_is_frozen(api: Api, tmp_path: Path) -> None:
    volume = {"configMap": {"name": "cfg"}}
    path = Path(mount(api, tmp_path, volume, subPath="k").host_path)
    assert path.read_text() == "v"
    api.config_maps["cfg"] = {"data": {"k": "new"}}
    set_up(api, tmp_path, volume)
    assert path.read_text() == "v"


@pytest.mark.parametrize("sub_path", ["../x", "/etc", "a/../../x", "link/x", "link"])
def test_sub_paths_that_lead_out_are_refused(api: Api, tmp_path: Path, sub_path: str) -> None:
    volume = tmp_path / "volumes" / "v"
    volume.mkdir(parents=True)
    (volume / "link").symlink_to(tmp_path)
    with pytest.raises(ConfigError):
        mount(api, tmp_path, {"emptyDir": {}}, subPath=sub_path)
    assert not (tmp_path / "x").exists()


def test_a_sub_path_of_an_unknown_variable(api: Api, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='missing value for "NOPE"'):
        mount(api, tmp_path, {"emptyDir": {}}, subPathExpr="$(NOPE)")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_fs_group_owns_what_is_in_a_volume_and_nothing_is_written_twice(api: Api, tmp_path: Path) -> None:
    volume = {"secret": {"secretName": "cred", "defaultMode": 0o400}}
    path = set_up(api, tmp_path, volume, securityContext={"fsGroup": 4242})
    info, generation = (path / "user").stat(), os.readlink(path / "..data")
    assert (info.st_gid, info.st_mode & 0o7777) == (4242, 0o440)
    assert (path.stat().st_gid, path.stat().st_mode & 0o2770) == (4242, 0o2750)
    set_up(api, tmp_path, volume, securityContext={"fsGroup": 4242})
    assert os.readlink(path / "..data") == generation


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_fs_group_follows_no_link_that_a_container_made(api: Api, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    volume = set_up(api, tmp_path, {"emptyDir": {}}, securityContext={"fsGroup": 4242})
    (volume / "link").symlink_to(outside)
    (volume / "file").write_text("x")
    set_up(api, tmp_path, {"emptyDir": {}}, securityContext={"fsGroup": 4242})
    assert ((volume / "file").stat().st_gid, outside.stat().st_gid) == (4242, os.getgid())
    assert outside.stat().st_mode & 0o777 == 0o700


def test_fs_group_leaves_folders_of_the_host_alone(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o700)
    set_up(api, tmp_path, {"hostPath": {"path": str(folder)}}, securityContext={"fsGroup": 4242})
    assert (folder.stat().st_gid, folder.stat().st_mode & 0o7777) == (os.getegid(), 0o700)
