"""Containers as host processes: how they start, what they see, how they end."""

from __future__ import annotations

import ast
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from minikube_py.cri.frames import STDIN, encode_frame
from minikube_py.cri.runtime import CRIError, Mount

from .conftest import DEADLINE, Bench, read_until, watched

PREFIX = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)

SERVER = """
import socket, sys
server = socket.create_server((sys.argv[1], 0))
print(server.getsockname()[1], flush=True)
server.accept()[0].sendall(b"hello")
"""


@pytest.mark.parametrize(
    ("script", "code", "reason"),
    [
        pytest.param("exit 0", 0, "Completed", id="zero"),
        pytest.param("exit 7", 7, "Error", id="seven"),
        pytest.param("kill -9 $$", 137, "Error", id="killed"),
        pytest.param("kill -TERM $$", 143, "Error", id="terminated"),
    ],
)
def test_exit_codes(bench: Bench, script: str, code: int, reason: str) -> None:
    status = bench.run("sh", "-c", script)
    assert (status.exit_code, status.reason) == (code, reason)
    assert 0 < status.created_at <= status.started_at <= status.finished_at


@pytest.mark.parametrize(
    ("command", "working_dir", "message"),
    [
        pytest.param("nosuch", "/", 'exec: "nosuch": executable file not found in $PATH', id="not in PATH"),
        pytest.param("/no/such", "/", 'exec: "/no/such": stat /no/such: no such file or directory', id="no such file"),
        pytest.param("/bin", "/", 'exec: "/bin": permission denied', id="a directory"),
        pytest.param("/etc/passwd", "/", 'exec: "/etc/passwd": permission denied', id="not executable"),
        pytest.param(
            "sh", "/bin/sh", "error during container init: mkdir /bin/sh: not a directory", id="working folder a file"
        ),
        pytest.param("sh", "/bin/sh/x", "error during container init: mkdir /bin/sh: not a directory", id="below a file"),
    ],
)
def test_start_errors(bench: Bench, command: str, working_dir: str, message: str) -> None:
    status = bench.run(command, working_dir=working_dir)
    assert (status.exit_code, status.reason, status.message) == (128, "StartError", f"{PREFIX}{message}: unknown")
    assert status.started_at == 0.0


def test_a_file_of_no_format_says_so_in_the_log(bench: Bench, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("echo no shebang\n")
    script.chmod(0o755)
    status = bench.run(str(script))
    assert status.exit_code == 255
    assert bench.log(status.id) == f"exec {script}: exec format error"


def test_environment_and_output(bench: Bench) -> None:
    status = bench.run("sh", "-c", "echo $A $HOSTNAME; echo err >&2; printf end", env={"A": "b"})
    lines = sorted(line.split(" ", 1)[1] for line in Path(status.log_path).read_text().splitlines())
    assert lines == ["stderr F err", "stdout F b pod", "stdout P end"]


def test_the_daemons_environment_does_not_leak(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    status = bench.run(sys.executable, "-S", "-c", "import os; print(sorted(os.environ))", env={"A": "b"})
    ours = ("MINIKUBE_PY_BIND", "MINIKUBE_PY_ROOT")  # what the images' stand-ins go by
    names = [name for name in ast.literal_eval(bench.log(status.id)) if name != "LC_CTYPE"]  # Python sets that one itself
    assert names == ["A", "HOME", "HOSTNAME", *ours, "PATH"]


def test_programs_run_as_this_user_whoever_they_ask_for(bench: Bench) -> None:
    status = bench.run("sh", "-c", 'id -u; test -w "$HOME" && echo at home', run_as_user=65532, run_as_group=65532)
    assert bench.log(status.id) == f"{os.getuid()}\nat home"


def test_a_kubeconfig_stands_for_the_service_account(bench: Bench, tmp_path: Path) -> None:
    account = tmp_path / "account"
    account.mkdir()
    for name, text in (("token", "secret"), ("namespace", "team")):
        (account / name).write_text(text)
    mount = Mount("/var/run/secrets/kubernetes.io/serviceaccount", str(account))
    server = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"}
    status = bench.run("sh", "-c", 'stat -c %a "$KUBECONFIG"; cat "$KUBECONFIG"', env=server, mounts=(mount,))
    mode, _, text = bench.log(status.id).partition("\n")
    found = json.loads(text)
    assert mode == "600"
    assert found["clusters"][0]["cluster"] == {
        "server": "https://127.0.0.1:6443",
        "certificate-authority": str(account / "ca.crt"),
    }
    assert found["users"][0]["user"] == {"tokenFile": str(account / "token"), "token": "secret"}
    assert found["contexts"][0]["context"]["namespace"] == "team"
    own = bench.run("sh", "-c", "echo $KUBECONFIG", name="own", env={**server, "KUBECONFIG": "/mine"}, mounts=(mount,))
    assert bench.log(own.id) == "/mine"


def test_mounts_are_seen_under_their_path(bench: Bench, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    status = bench.run(
        "sh",
        "-c",
        "echo one > /data/file; echo two >> $FILE; cat file; echo ended > /dev/termination-log",
        env={"FILE": "/data/file"},
        working_dir="/data",
        mounts=(Mount("/data", str(volume)),),
        termination_log=str(tmp_path / "termination"),
    )
    assert bench.log(status.id) == "one\ntwo"
    assert (tmp_path / "termination").read_text() == "ended\n"


def test_the_working_folder_is_private_and_goes_with_the_container(bench: Bench) -> None:
    status = bench.run("sh", "-c", "echo x > file; pwd", working_dir="/not-on-this-host/app")
    folder = Path(bench.log(status.id))
    assert (folder / "file").read_text() == "x\n"
    bench.runtime.remove_container(status.id)
    assert not folder.exists()
    sandbox = bench.runtime.status("pod")
    assert sandbox is not None
    assert sandbox.containers == ()


def test_stop_lets_the_program_end_itself(bench: Bench) -> None:
    container_id = bench.start("sh", "-c", 'trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.02; done')
    bench.wait_for(container_id, "running")
    bench.wait_for_log(container_id, "up")
    bench.runtime.stop_container(container_id, 30)
    status = bench.wait_for(container_id, "exited")
    assert (status.exit_code, status.reason) == (7, "Error")
    assert bench.log(container_id).endswith("bye")


def test_stop_kills_after_the_grace_period(bench: Bench) -> None:
    container_id = bench.start("sh", "-c", 'trap "" TERM; echo up; while :; do sleep 0.1; done')
    bench.wait_for(container_id, "running")
    bench.wait_for_log(container_id, "up")
    bench.runtime.stop_container(container_id, 0.3)
    status = bench.wait_for(container_id, "exited")
    assert (status.exit_code, status.signal) == (137, 9)
    assert status.finished_at - status.started_at >= 0.3


def test_stop_signal(bench: Bench) -> None:
    container_id = bench.start("sh", "-c", 'trap "exit 5" QUIT; echo up; while :; do sleep 0.02; done', stop_signal="SIGQUIT")
    bench.wait_for(container_id, "running")
    bench.wait_for_log(container_id, "up")
    bench.runtime.stop_container(container_id, 30)
    assert bench.wait_for(container_id, "exited").exit_code == 5


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_nothing_of_a_container_outlives_it(bench: Bench, tmp_path: Path) -> None:
    """Neither a background job nor a daemon that left the session stays."""
    script = "sleep 100 & echo $!; setsid sh -c 'echo $$; exec sleep 100' & wait $!"
    twice = "if os.fork(): os._exit(0)\n"
    daemon = f"import os\n{twice}os.setsid()\n{twice}print(os.getpid(), flush=True)\nos.execvp('sleep', ['sleep', '100'])"
    container_id = bench.start("sh", "-c", f'"{sys.executable}" -c "$DAEMON"; {script}', env={"DAEMON": daemon})
    bench.wait_for(container_id, "running")
    with bench.runtime.attach(container_id, stdin=False, tty=False) as stream:
        while len(bench.log(container_id).split()) < 3:
            read_until(stream, b"\n")
    pids = [int(word) for word in bench.log(container_id).split()]
    with watched(pids) as ended:
        bench.runtime.stop_container(container_id, 0)
        bench.wait_for(container_id, "exited")
        ended()


def test_memory_limit(bench: Bench) -> None:
    eater = "data = []\nwhile True: data.append(bytearray(1 << 20))"
    status = bench.run(sys.executable, "-c", eater, memory_limit=60 << 20)
    assert (status.exit_code, status.reason) == (137, "OOMKilled")


def test_a_memory_limit_set_later_counts_too(bench: Bench) -> None:
    eater = "import sys\nsys.stdin.readline()\ndata = []\nwhile True: data.append(bytearray(1 << 20))"
    container_id = bench.start(sys.executable, "-S", "-c", eater, stdin=True)
    bench.wait_for(container_id, "running")
    bench.runtime.update_container(container_id, 60 << 20)
    with bench.runtime.attach(container_id, stdin=True, tty=False) as stream:
        stream.sendall(encode_frame(STDIN, b"go\n"))
        status = bench.wait_for(container_id, "exited")
    assert (status.exit_code, status.reason) == (137, "OOMKilled")


def test_fifty_pods(bench: Bench) -> None:
    ids = [bench.start("sleep", "100", uid=f"pod-{number}") for number in range(50)]
    bench.wait(lambda: all(one.state == "running" for sandbox in bench.runtime.list() for one in sandbox.containers))
    sandboxes = bench.runtime.list()
    assert len({sandbox.ip for sandbox in sandboxes}) == len(ids) == 50
    assert all(sandbox.ip.startswith("127.") for sandbox in sandboxes)
    assert max(one.started_at for s in sandboxes for one in s.containers) - min(s.created_at for s in sandboxes) < DEADLINE
    assert len(bench.runtime.stats()) == 50
    assert all(one.memory_bytes > 0 for one in bench.runtime.stats())


def test_sandboxes_and_containers_are_idempotent(bench: Bench) -> None:
    first = bench.sandbox()
    assert bench.sandbox().ip == first.ip
    container_id = bench.start("sleep", "100")
    pid = bench.wait_for(container_id, "running").pid
    assert bench.start("sleep", "100") == container_id
    assert bench.container(container_id).pid == pid
    bench.runtime.stop_sandbox("pod")
    assert bench.wait_for(container_id, "exited").exit_code == 137
    bench.runtime.stop_sandbox("pod")
    bench.runtime.remove_sandbox("pod")
    bench.runtime.remove_sandbox("pod")
    bench.runtime.stop_sandbox("unknown")
    bench.runtime.stop_container("unknown/main/0", 1)
    assert bench.runtime.status("pod") is None


def test_a_running_container_is_not_removed(bench: Bench) -> None:
    container_id = bench.start("sleep", "100")
    bench.wait_for(container_id, "running")
    with pytest.raises(CRIError, match="stop it before removing"):
        bench.runtime.remove_container(container_id)


def test_dial_reaches_the_pods_address(bench: Bench) -> None:
    ip = bench.sandbox().ip
    container_id = bench.start(sys.executable, "-c", SERVER, ip)
    bench.wait_for(container_id, "running")
    with bench.runtime.attach(container_id, stdin=False, tty=False) as stream:
        port = int(bench.log(container_id) or read_until(stream, b"\n"))
    with bench.runtime.dial("pod", port, 5) as connection:
        assert connection.recv(10) == b"hello"


def test_dial_is_refused(bench: Bench) -> None:
    ip = bench.sandbox().ip
    with socket.create_server((ip, 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        bench.runtime.dial("pod", port, 5)
