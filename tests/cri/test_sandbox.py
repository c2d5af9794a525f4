"""Containers in namespaces: what they see and cannot reach, and how pods meet. Skipped where namespaces do not work."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.cri.frames import RESIZE, encode_frame
from minikube_py.cri.runtime import CRIError, Mount
from minikube_py.cri.sandbox import SandboxRuntime, probe_sandbox

from .conftest import Bench, converse, watched

REASON = probe_sandbox()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"sandbox: {REASON}")

SERVER = """
import socket, sys
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("listening", flush=True)
while True:
    with server.accept()[0] as connection:
        connection.sendall(sys.argv[3].encode())
"""
CLIENT = "import socket, sys; print(socket.create_connection((sys.argv[1], int(sys.argv[2])), 5).recv(100).decode())"


@pytest.fixture
def sandboxes(tmp_path: Path) -> Iterator[Bench]:
    runtime = SandboxRuntime(str(tmp_path / "agent"))
    try:
        yield Bench(runtime, tmp_path)
    finally:
        runtime.shutdown()


def execute(bench: Bench, container_id: str, *command: str) -> str:
    result = bench.runtime.exec_sync(container_id, command, 8)
    assert result.exit_code == 0, result
    return result.stdout.decode()


def serve(bench: Bench, uid: str, address: str, port: int, text: str) -> None:
    container_id = bench.start(sys.executable, "-S", "-c", SERVER, address, str(port), text, uid=uid)
    bench.wait_for(container_id, "running")
    bench.wait_for_log(container_id, "listening")


def test_a_container_sees_its_own_system(sandboxes: Bench) -> None:
    sandboxes.sandbox(hosts="127.0.0.1 localhost\n10.0.0.9 other\n", resolv_conf="nameserver 10.96.0.10\n")
    box = sandboxes.start("sleep", "100")
    sandboxes.wait_for(box, "running")
    seen = execute(
        sandboxes, box, "sh", "-c", "hostname; cat /etc/hostname; tail -1 /etc/hosts; cat /etc/resolv.conf; echo $HOME"
    )
    assert seen.splitlines() == ["pod", "pod", "10.0.0.9 other", "nameserver 10.96.0.10", "/root"]
    assert execute(sandboxes, box, "sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline; id -u") == "sleep 100 0\n"
    assert not (set(execute(sandboxes, box, "ls", "/tmp").split()) & {sandboxes.directory.name})


def test_volumes_appear_at_their_path(sandboxes: Bench, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "file").write_text("one\n")
    ended = tmp_path / "termination"
    ended.touch()
    status = sandboxes.run(
        "sh",
        "-c",
        "cat /usr/share/www/html/file /etc/app/app.conf /var/run/secrets/token/file; echo new > /usr/share/www/html/new;"
        " echo no > /ro/new; echo bye > /dev/termination-log; pwd",
        mounts=(
            Mount("/usr/share/www/html", str(volume)),
            Mount("/ro", str(volume), read_only=True),
            Mount("/etc/app/app.conf", str(volume / "file")),
            Mount("/var/run/secrets/token", str(volume)),
        ),
        termination_log=str(ended),
        working_dir="/ro",
    )
    lines = sandboxes.log(status.id).splitlines()
    assert [line for line in lines if "Read-only" not in line] == ["one", "one", "one", "/ro"]
    assert any("Read-only file system" in line for line in lines)
    assert sorted(file.name for file in volume.iterdir()) == ["file", "new"]
    assert ended.read_text() == "bye\n"


def test_writes_go_with_the_container(sandboxes: Bench, tmp_path: Path) -> None:
    box = sandboxes.start("sleep", "100")
    sandboxes.wait_for(box, "running")
    name = tmp_path.name
    for folder in ("/tmp", "/usr/bin", "/etc", "/usr/local/bin", "/var/lib", "/root", ""):
        execute(sandboxes, box, "sh", "-c", f"echo x > {folder}/{name}; test -s {folder}/{name}")
        assert not os.path.exists(f"{folder}/{name}")
    other = sandboxes.run("ls", f"/tmp/{name}", name="other")
    assert other.exit_code == 2
    sandboxes.runtime.stop_container(box, 0)
    sandboxes.wait_for(box, "exited")
    sandboxes.runtime.remove_container(box)
    assert not (tmp_path / "pod" / "rootfs" / "main" / "0").exists()


def test_read_only_root(sandboxes: Bench) -> None:
    status = sandboxes.run("sh", "-c", "for d in / /usr /etc /tmp; do touch $d/x; done; touch /dev/shm/x", read_only_root=True)
    assert status.exit_code == 0
    assert sandboxes.log(status.id).count("Read-only file system") == 4


def test_what_is_the_machines_cannot_be_changed(sandboxes: Bench) -> None:
    paths = "/proc/sys/kernel/core_pattern /proc/sys/vm/swappiness /proc/irq /sys /sys/fs/cgroup/*"
    rights = ("DAC_OVERRIDE", "CHOWN", "MKNOD")
    script = f"for path in {paths}; do test -w $path && echo $path; done; ls /sys/firmware"
    assert sandboxes.log(sandboxes.run("sh", "-c", script, capabilities=rights).id) == ""
    assert sandboxes.run("mknod", "/tmp/disk", "b", "8", "0", name="other", capabilities=rights).exit_code != 0


@pytest.mark.skipif(not os.access("/opt", os.W_OK), reason="clusters cannot lie in what containers see of this machine")
def test_clusters_are_kept_from_containers() -> None:
    with tempfile.TemporaryDirectory(prefix="clusters-", dir="/opt") as name:
        clusters = Path(name)
        for cluster in ("one", "two"):
            (clusters / cluster).mkdir()
            (clusters / cluster / "state.db").write_text("secret")
        (clusters / "one" / "commands").mkdir()
        (clusters / "other").mkdir()
        runtime = SandboxRuntime(str(clusters / "one" / "agent"), visible=(str(clusters / "one" / "commands"),))
        try:
            bench = Bench(runtime, clusters / "one")
            script = f"find {name} -mindepth 1 | sort; touch {name}/two/x"
            lines = bench.log(bench.run("sh", "-c", script, capabilities=("CHOWN",)).id).splitlines()
        finally:
            runtime.shutdown()
        assert lines[:-1] == [f"{name}/{below}" for below in ("one", "one/commands", "other", "two")]
        assert lines[-1].endswith("Read-only file system")


def test_a_mount_stays_in_its_container(sandboxes: Bench, tmp_path: Path) -> None:
    """Neither dots nor links lead out of it, of which a container that ran before may have put some into a volume."""
    volume, outside = tmp_path / "volume", tmp_path / "outside"
    volume.mkdir()
    outside.mkdir()
    up = "../" * 30
    dots = tuple(Mount(f"/{top}/{up}{outside}/{top}", str(volume)) for top in ("usr", "opt", "proc"))
    status = sandboxes.run("ls", f"{outside}", mounts=dots)
    assert sandboxes.log(status.id).split() == ["opt", "proc", "usr"]
    (volume / "link").symlink_to(f"/.old{outside}")
    for number, target in enumerate((f"/v/link/made{os.sep}", f"/.old{outside}/made")):
        mounts = (Mount("/v", str(volume)), Mount(target, str(volume)))
        refused = sandboxes.run("true", mounts=mounts, name=f"c{number}")
        assert (refused.exit_code, refused.reason) == (128, "StartError")
        assert "error during container init" in refused.message
    assert list(outside.iterdir()) == []


def test_a_source_with_a_link_is_not_mounted(sandboxes: Bench, tmp_path: Path) -> None:
    """Who mounts has seen to it that there is none: it came since then."""
    secret = tmp_path / "secret"
    secret.mkdir()
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "part").symlink_to(f"/.old{secret}")
    refused = sandboxes.run("ls", "/v", mounts=(Mount("/v", str(volume / "part")),))
    assert (refused.exit_code, refused.reason) == (128, "StartError")
    assert "Too many levels of symbolic links" in refused.message


def test_processes_are_shared_if_asked(sandboxes: Bench) -> None:
    sandboxes.sandbox(share_process_namespace=True)
    first = sandboxes.start("sleep", "100", name="first")
    second = sandboxes.start("sleep", "200", name="second")
    for box in (first, second):
        sandboxes.wait_for(box, "running")
    listed = execute(sandboxes, first, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
    assert "sleep 100" in listed
    assert "sleep 200" in listed
    pids = [sandboxes.container(box).pid for box in (first, second)]
    with watched(pids) as wait:
        sandboxes.runtime.stop_sandbox("pod")
        wait()


def test_the_first_process_ignores_signals_it_does_not_handle(sandboxes: Bench) -> None:
    """As in every container: PID 1 has no default actions, so that `sleep` lasts until the grace period is over."""
    box = sandboxes.start("sleep", "100")
    sandboxes.wait_for(box, "running")
    sandboxes.runtime.stop_container(box, 0.2)
    assert sandboxes.wait_for(box, "exited").exit_code == 137


LATE = """
import os, signal
with open("/started/fifo"):
    pass
signal.signal(signal.SIGTERM, lambda number, frame: os._exit(7))
while True:
    signal.pause()
"""


def test_a_program_that_is_told_to_end_while_it_starts_is_told_when_it_can_hear(sandboxes: Bench, tmp_path: Path) -> None:
    (tmp_path / "started").mkdir()
    os.mkfifo(tmp_path / "started" / "fifo")
    mounts = (Mount("/started", str(tmp_path / "started")),)
    box = sandboxes.start(sys.executable, "-S", "-c", LATE, mounts=mounts)
    sandboxes.wait_for(box, "running")
    sandboxes.runtime.stop_container(box, 600)
    (tmp_path / "started" / "fifo").write_text("")
    assert sandboxes.wait_for(box, "exited").exit_code == 7


def test_start_errors(sandboxes: Bench) -> None:
    missing = sandboxes.run("nosuch", name="missing")
    assert (missing.exit_code, missing.reason) == (128, "StartError")
    assert missing.message.endswith('exec: "nosuch": executable file not found in $PATH: unknown')
    folder = sandboxes.run("true", name="folder", working_dir="/usr/bin/env")
    assert folder.message.endswith("error during container init: mkdir /usr/bin/env: not a directory: unknown")


def test_pods_have_addresses_of_their_own(sandboxes: Bench) -> None:
    pods = {uid: sandboxes.sandbox(uid).ip for uid in ("a", "b")}
    for uid in pods:
        serve(sandboxes, uid, "0.0.0.0", 80, f"I am {uid}")
    for uid, ip in pods.items():
        with sandboxes.runtime.dial(uid, 80, 5) as connection:
            assert connection.recv(100) == f"I am {uid}".encode()
        seen = execute(sandboxes, "a/main/0", sys.executable, "-S", "-c", CLIENT, ip, "80")
        assert seen == f"I am {uid}\n"


def test_containers_of_a_pod_share_localhost_which_probes_do_not_reach(sandboxes: Bench) -> None:
    serve(sandboxes, "pod", "127.0.0.1", 8080, "inner")
    other = sandboxes.run(sys.executable, "-S", "-c", CLIENT, "127.0.0.1", "8080", name="other")
    assert sandboxes.log(other.id) == "inner"
    with sandboxes.runtime.port_forward("pod", 8080) as connection:
        assert connection.recv(100) == b"inner"
    with pytest.raises(ConnectionRefusedError, match="refused"):
        sandboxes.runtime.dial("pod", 8080, 5)


def test_a_service_address_reaches_the_daemon(sandboxes: Bench) -> None:
    runtime = sandboxes.runtime
    assert isinstance(runtime, SandboxRuntime)
    box = sandboxes.start("sleep", "100")
    sandboxes.wait_for(box, "running")
    with runtime.listen("10.96.7.7", 443) as listener, runtime.listen("10.96.7.7", 53, "UDP") as datagrams:
        assert datagrams.type == socket.SOCK_DGRAM

        def answer() -> None:
            with listener.accept()[0] as connection:
                connection.sendall(b"served")

        thread = threading.Thread(target=answer)
        thread.start()
        assert execute(sandboxes, box, sys.executable, "-S", "-c", CLIENT, "10.96.7.7", "443") == "served\n"
        thread.join()


def test_host_network(sandboxes: Bench) -> None:
    assert sandboxes.sandbox(host_network=True).ip == "127.0.0.1"
    serve(sandboxes, "pod", "127.0.0.1", 0, "x")
    pid = sandboxes.container("pod/main/0").pid
    assert os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net")


def test_tty_exec(sandboxes: Bench) -> None:
    box = sandboxes.start("sleep", "100")
    sandboxes.wait_for(box, "running")
    with sandboxes.runtime.exec(box, ["sh", "-c", "read x; stty size; hostname; exit 3"], stdin=True, tty=True) as stream:
        stream.sendall(encode_frame(RESIZE, json.dumps({"Width": 101, "Height": 33}).encode()))
        output, end = converse(stream, b"go\n")
    assert output.replace(b"\r\n", b"\n") == b"go\n33 101\npod\n"
    assert end["exitCode"] == 3


def test_memory_limit(sandboxes: Bench) -> None:
    eater = "data = []\nwhile True: data.append(bytearray(1 << 20))"
    status = sandboxes.run(sys.executable, "-S", "-c", eater, memory_limit=60 << 20)
    assert (status.exit_code, status.reason) == (137, "OOMKilled")


def test_killing_the_agent_ends_the_pods(sandboxes: Bench) -> None:
    box = sandboxes.start("sleep", "100")
    pid = sandboxes.wait_for(box, "running").pid
    with watched([pid]) as wait:
        os.kill(int((sandboxes.directory / "agent" / "agent.lock").read_text()), signal.SIGKILL)
        wait()
    assert sandboxes.wait_for(box, "exited").reason == "Unknown"
    stopped = sandboxes.runtime.status("pod")
    assert stopped is not None
    assert stopped.state == "stopped"
    assert sandboxes.sandbox().state == "ready"
    assert sandboxes.run("true", attempt=1).exit_code == 0


def test_an_images_files_lie_over_the_hosts(sandboxes: Bench, tmp_path: Path) -> None:
    image = tmp_path / "image"
    page, command = image / "usr/share/mine/page.html", image / "usr/local/sbin/greet"
    for path, text in ((page, "hello\n"), (command, "#!/bin/sh\ncat /usr/share/mine/page.html\n")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    command.chmod(0o755)
    env = {"PATH": "/usr/local/sbin:/usr/bin:/bin"}
    first = sandboxes.run("sh", "-c", "greet; echo more > /usr/share/mine/page.html; greet", env=env, image_root=str(image))
    assert sandboxes.log(first.id) == "hello\nmore" and page.read_text() == "hello\n"


@pytest.mark.parametrize(
    ("fields", "effective", "no_new_privs"),
    [
        ({"capabilities": ("NET_BIND_SERVICE",), "no_new_privileges": True}, 0x400, "1"),
        ({"capabilities": ()}, 0, "0"),
        ({"capabilities": ("CHOWN", "NOBODY_KNOWS")}, 1, "0"),
    ],
)
def test_what_a_container_may_do(sandboxes: Bench, fields: dict[str, object], effective: int, no_new_privs: str) -> None:
    ended = sandboxes.run("grep", "-E", "CapEff|CapBnd|NoNewPrivs", "/proc/self/status", **fields)
    seen = dict(line.split(":\t") for line in sandboxes.log(ended.id).splitlines())
    assert (int(seen["CapEff"], 16), int(seen["CapBnd"], 16), seen["NoNewPrivs"]) == (effective, effective, no_new_privs)


def test_an_exec_has_the_rights_of_its_container(sandboxes: Bench) -> None:
    box = sandboxes.start("sleep", "100", capabilities=("KILL",))
    sandboxes.wait_for(box, "running")
    assert execute(sandboxes, box, "grep", "CapEff", "/proc/self/status") == "CapEff:\t0000000000000020\n"


def list_commands(bench: Bench, container_id: str) -> set[str]:
    """Return the command lines of all processes that a container sees, but for the looking itself."""
    seen = execute(bench, container_id, "sh", "-c", "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done")
    return {line.strip() for line in seen.splitlines()}


def test_a_container_with_a_target_sees_its_processes_and_ends_with_it(sandboxes: Bench) -> None:
    sandboxes.sandbox()
    main = sandboxes.start("sleep", "101", name="main")
    sandboxes.wait_for(main, "running")
    looking = sandboxes.start("sleep", "102", name="looking", target="main")
    apart = sandboxes.start("sleep", "103", name="apart")
    for container_id in (looking, apart):
        sandboxes.wait_for(container_id, "running")
    assert {"sleep 101", "sleep 102"} <= list_commands(sandboxes, looking)
    assert "sleep 102" in list_commands(sandboxes, main)
    assert list_commands(sandboxes, apart) & {"sleep 101", "sleep 102", "sleep 103"} == {"sleep 103"}
    sandboxes.runtime.stop_container(main, 0)
    assert sandboxes.wait_for(looking, "exited").exit_code == 137


def test_a_target_that_does_not_run(sandboxes: Bench) -> None:
    sandboxes.sandbox()
    with pytest.raises(CRIError, match="target container 'main' is not running"):
        sandboxes.start("sleep", "1", target="main")


def test_a_pod_may_see_the_processes_of_its_host(sandboxes: Bench) -> None:
    sandboxes.sandbox(host_pid=True)
    box = sandboxes.start("sleep", "104")
    pid = sandboxes.wait_for(box, "running").pid
    seen = execute(sandboxes, box, "sh", "-c", f"tr '\\0' ' ' < /proc/{pid}/cmdline")
    assert seen == "sleep 104 "
    sandboxes.runtime.stop_sandbox("pod")
    sandboxes.wait_for(box, "exited")
    assert not os.path.exists(f"/proc/{pid}/cmdline") or not Path(f"/proc/{pid}/cmdline").read_bytes()
