"""Walk-through 2: a pod that says its piece and ends."""

from __future__ import annotations

from tests.e2e.shell import Shell, read_table

GREETING = "Hello from Docker!\nThis message shows that your installation appears to be working correctly.\n"
PROMPT = "If you don't see a command prompt, try pressing enter.\n"


def test_it_prints_what_the_program_prints_and_is_kept(cluster: Shell) -> None:
    shown = cluster.on_terminal("kubectl run hello-world --image=hello-world -it --restart=Never")
    assert shown.code == 0
    assert GREETING in shown.stdout
    (pod,) = read_table(cluster.wait_for("kubectl get pods", "Completed"))
    assert (pod["NAME"], pod["READY"], pod["STATUS"], pod["RESTARTS"]) == ("hello-world", "0/1", "Completed", "0")
    logs = cluster.out("kubectl logs hello-world")
    assert GREETING in logs
    assert logs in shown.stdout
    assert cluster.out("kubectl delete pod hello-world") == 'pod "hello-world" deleted\n'
    assert (
        cluster.fail("kubectl logs hello-world")
        == 'error: error from server (NotFound): pods "hello-world" not found in namespace "default"\n'
    )


def test_with_rm_it_is_gone_afterwards(cluster: Shell) -> None:
    shown = cluster.on_terminal("kubectl run hello-world --image=hello-world -it --rm --restart=Never")
    assert GREETING in shown.stdout
    assert shown.stdout.endswith('pod "hello-world" deleted\n')
    assert cluster.fail("kubectl get pod hello-world") == 'Error from server (NotFound): pods "hello-world" not found\n'


def test_without_a_terminal_it_says_so(cluster: Shell) -> None:
    shown = cluster.run("kubectl run hello-world --image=hello-world -it --rm --restart=Never")
    assert shown.stderr.startswith("Unable to use a TTY - input is not a terminal or the right kind of file\n")
    assert GREETING in shown.stdout


def test_the_exit_code_of_the_program_is_kubectls(cluster: Shell) -> None:
    shown = cluster.run("kubectl run failing --image=busybox --restart=Never -i --rm -q -- sh -c 'echo out; exit 3'")
    assert (shown.stdout, shown.code) == ("out\n", 3)


def test_what_is_typed_reaches_the_program(cluster: Shell) -> None:
    shown = cluster.run("echo typed | kubectl run reader --image=busybox --restart=Never -i --rm -q -- cat")
    assert shown.stdout == "typed\n"
