"""kubeconfig files: merged as every tool merges them, written whole and private, and a copy that is never stale."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client import kubeconfig
from minikube_py.client.kubeconfig import ConfigError

Object = dict[str, Any]
SPAWN = multiprocessing.get_context("spawn")


def make(current: str = "", **contexts: str) -> Object:
    """Return a kubeconfig of contexts, each with a cluster of that server and its user."""
    return {
        "current-context": current,
        "contexts": [{"name": n, "context": {"cluster": n, "user": n, "namespace": f"in-{n}"}} for n in contexts],
        "clusters": [{"name": n, "cluster": {"server": server}} for n, server in contexts.items()],
        "users": [{"name": n, "user": {"token": n}} for n in contexts],
    }


def write(path: Path, config: Object) -> Path:
    path.write_text(json.dumps(config))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of clusters that is there, and no kubeconfig."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(home))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    return home


@pytest.fixture
def path(home: Path, tmp_path: Path) -> Path:
    return tmp_path / "config"


def test_no_file_is_an_empty_configuration(path: Path) -> None:
    assert kubeconfig.load()["contexts"] == []
    target = kubeconfig.choose(kubeconfig.load())
    assert (target.context, target.namespace, target.cluster, target.state) == ("", "default", {}, "")


def test_the_first_of_several_files_wins(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, make("", a="one"))
    write(tmp_path / "second", make("b", a="two", b="two"))
    write(tmp_path / "third", make("c", c="three"))
    names = [str(path), str(tmp_path / "missing"), str(tmp_path / "second"), "", str(tmp_path / "third")]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(names))
    merged = kubeconfig.load()
    assert merged["current-context"] == "b"
    servers = [kubeconfig.choose(merged, context).cluster["server"] for context in "abc"]
    assert servers == ["one", "two", "three"]


def test_a_context_leads_to_cluster_user_and_namespace(path: Path) -> None:
    config = make("a", a="one", b="two")
    extension = {"name": kubeconfig.EXTENSION, "extension": {"path": "/s.db"}}
    config["clusters"][0]["cluster"]["extensions"] = [{"name": "other"}, extension]
    target = kubeconfig.choose(config)
    assert (target.context, target.namespace, target.user, target.state) == ("a", "in-a", {"token": "a"}, "/s.db")
    other = kubeconfig.choose(config, "b", namespace="n", user="a")
    assert (other.cluster["server"], other.namespace, other.user_name, other.state) == ("two", "n", "a", "")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"context": "x"}, "context was not found for specified context: x"),
        ({"cluster": "x"}, 'no server found for cluster "x"'),
        ({"user": "x"}, 'auth info "x" does not exist'),
    ],
)
def test_what_is_not_there_cannot_be_chosen(arguments: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        kubeconfig.choose(make("a", a="one"), **arguments)
    assert str(refusal.value) == text


@pytest.mark.parametrize("text", ["a: [", "- 1", '"text"', "clusters: words", "contexts: [words]", "a: \0"])
def test_damaged_files_are_refused(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError, match=f'^error loading config file "{path}": '):
        kubeconfig.load()


def test_an_explicit_file_must_be_there(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"^stat /nowhere: no such file or directory$"):
        kubeconfig.load("/nowhere")


def test_a_change_of_any_file_is_seen(path: Path, home: Path) -> None:
    write(path, make("a", a="one"))
    assert kubeconfig.load() == kubeconfig.load()
    stat = path.stat()
    write(path, make("a", a="two"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert kubeconfig.choose(kubeconfig.load()).cluster["server"] == "two"
    replaced = write(path.with_name("new"), make("a", a="six"))
    os.utime(replaced, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    replaced.replace(path)
    assert kubeconfig.choose(kubeconfig.load()).cluster["server"] == "six"
    path.unlink()
    assert kubeconfig.load()["clusters"] == []


def test_the_copy_is_used_and_private(path: Path, home: Path) -> None:
    write(path, make("a", a="one"))
    kubeconfig.load()
    cache = home / "cache" / "kubeconfig.json"
    assert cache.stat().st_mode & 0o777 == 0o600
    cache.write_text(cache.read_text().replace("one", "copy"))
    assert kubeconfig.choose(kubeconfig.load()).cluster["server"] == "copy"
    cache.write_text("damaged")
    assert kubeconfig.choose(kubeconfig.load()).cluster["server"] == "one"


def test_reading_makes_no_home_and_needs_no_copy(path: Path, home: Path) -> None:
    write(path, make("a", a="one"))
    (home / "cache").write_text("a file where the folder should be")
    assert kubeconfig.choose(kubeconfig.load()).cluster["server"] == "one"
    (home / "cache").unlink()
    home.rmdir()
    kubeconfig.load()
    assert not home.exists()


def test_editing_keeps_what_it_does_not_know(path: Path) -> None:
    write(path, {**make("a", a="one"), "preferences": {"colors": True}, "extensions": [{"name": "x", "extension": {}}]})
    with kubeconfig.editing(path) as config:
        kubeconfig.put_entry(config, "clusters", "a", {"server": "two"})
        kubeconfig.put_entry(config, "clusters", "b", {"server": "new"})
        assert kubeconfig.drop_entry(config, "users", "a")
        assert not kubeconfig.drop_entry(config, "users", "a")
    after = kubeconfig.read_file(path)
    assert [(c["name"], c["cluster"]["server"]) for c in after["clusters"]] == [("a", "two"), ("b", "new")]
    assert after["users"] == []
    assert (after["preferences"], after["extensions"]) == ({"colors": True}, [{"name": "x", "extension": {}}])


def test_edited_files_are_private_and_leave_nothing_beside(path: Path) -> None:
    deep = path.with_name(".kube") / "config"
    with kubeconfig.editing(deep) as config:
        config["current-context"] = "a"
    assert [entry.name for entry in deep.parent.iterdir()] == ["config"]
    assert deep.stat().st_mode & 0o777 == 0o600
    assert deep.parent.stat().st_mode & 0o777 == 0o700


def test_an_error_while_editing_changes_nothing(path: Path) -> None:
    before = write(path, make("a", a="one")).read_bytes()
    with pytest.raises(ZeroDivisionError), kubeconfig.editing(path) as config:
        config["current-context"] = "b"
        raise ZeroDivisionError
    assert path.read_bytes() == before


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = write(tmp_path / "real", make("a", a="one"))
    path.symlink_to(real)
    with kubeconfig.editing(path) as config:
        config["current-context"] = "b"
    assert path.is_symlink()
    assert kubeconfig.read_file(real)["current-context"] == "b"


def add_context(path: Path, number: int) -> None:
    """Add one entry; runs in a process of its own."""
    for turn in range(5):
        with kubeconfig.editing(path) as config:
            kubeconfig.put_entry(config, "contexts", f"c{number}-{turn}", {"cluster": "x"})


def test_no_edit_of_many_processes_is_lost(path: Path) -> None:
    editors = [SPAWN.Process(target=add_context, args=(path, number)) for number in range(4)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join(60)
    assert [editor.exitcode for editor in editors] == [0] * 4
    assert len(kubeconfig.read_file(path)["contexts"]) == 20


@pytest.mark.parametrize(
    ("section", "entry", "expected"),
    [
        pytest.param("clusters", {"cluster": {"certificate-authority": "pki/ca.crt"}}, "{}/pki/ca.crt", id="authority"),
        pytest.param("clusters", {"cluster": {"certificate-authority": "/etc/ca.crt"}}, "/etc/ca.crt", id="absolute"),
        pytest.param("users", {"user": {"client-certificate": "../c.crt"}}, "{parent}/c.crt", id="certificate"),
        pytest.param("users", {"user": {"tokenFile": "token"}}, "{}/token", id="token"),
        pytest.param("users", {"user": {"exec": {"command": "./bin/login"}}}, "{}/bin/login", id="plugin by its path"),
        pytest.param("users", {"user": {"exec": {"command": "login"}}}, "login", id="plugin by its name"),
    ],
)
def test_files_are_found_from_the_kubeconfigs_folder(path: Path, section: str, entry: Object, expected: str) -> None:
    write(path, {section: [{"name": "a", **entry}]})
    [found] = kubeconfig.load()[section]
    value = found[section[:-1]]
    [text] = [*(value.get("exec") or value).values()]
    assert text == expected.replace("{parent}", str(path.parent.parent)).replace("{}", str(path.parent))
