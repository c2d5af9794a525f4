"""config: what it prints and what it leaves in the files; expected texts are kubectl 1.33's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.kubectl.cmd.conftest import Kubectl, Outcome

FILE = """
apiVersion: v1
kind: Config
current-context: one
extensions: [{name: z, extension: {kept: 1}}]
clusters:
- name: b
  cluster: {server: "https://b.example.com", certificate-authority: ca.crt}
- name: a
  cluster: {server: "https://a.example.com", certificate-authority-data: aGVsbG8=}
users:
- name: ua
  user: {username: joe, password: hunter2, client-key-data: aGVsbG8=}
- name: ub
  user: {auth-provider: {name: gcp, config: {foo: bar, access-token: x}}}
- name: ux
  user: {exec: {command: get-token, apiVersion: client.authentication.k8s.io/v1beta1, env: [{name: A, value: B}]}}
contexts:
- name: one
  context: {cluster: a, user: ua, namespace: green}
- name: two
  context: {cluster: b, user: ub}
"""


@pytest.fixture
def config(kubectl: Kubectl) -> Kubectl:
    """Run config on a file `k` in the working folder."""
    Path("k").write_text(FILE)
    return lambda words, stdin="", **more: kubectl(f"config --kubeconfig=k {words}", stdin, **more)


def read(path: str = "k") -> dict[str, dict[str, object]]:
    """Return the entries of a file by section and name."""
    raw = yaml.safe_load(Path(path).read_text())
    return {s: {e["name"]: e[s[:-1]] for e in raw[s] or []} for s in ("clusters", "users", "contexts")}


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("current-context", "one\n"),
        ("get-clusters", "NAME\na\nb\n"),
        ("get-users", "NAME\nua\nub\nux\n"),
        ("get-contexts -o name", "one\ntwo\n"),
        (
            "get-contexts",
            "CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n*         one    a         ua         green\n"
            "          two    b         ub         \n",
        ),
        ("get-contexts two --no-headers", "      two   b     ub    \n"),
        (
            "view --minify",
            """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: DATA+OMITTED
    server: https://a.example.com
  name: a
contexts:
- context:
    cluster: a
    namespace: green
    user: ua
  name: one
current-context: one
extensions:
- extension:
    kept: 1
  name: z
kind: Config
preferences: {}
users:
- name: ua
  user:
    client-key-data: DATA+OMITTED
    password: REDACTED
    username: joe
""",
        ),
    ],
    ids=["current", "clusters", "users", "names", "contexts", "one-context", "minify"],
)
def test_what_is_shown(config: Kubectl, words: str, stdout: str) -> None:
    assert config(words) == Outcome(stdout, "", 0)


def test_view_raw_keeps_secrets_and_go_order_in_json(config: Kubectl) -> None:
    shown = config("view --raw --minify -o json").stdout
    assert list(json.loads(shown)) == [
        "kind",
        "apiVersion",
        "preferences",
        "clusters",
        "users",
        "contexts",
        "current-context",
        "extensions",
    ]
    assert json.loads(shown)["users"] == [
        {"name": "ua", "user": {"client-key-data": "aGVsbG8=", "username": "joe", "password": "hunter2"}}
    ]


def test_view_flatten_takes_files_in(config: Kubectl) -> None:
    Path("ca.crt").write_text("hello")
    shown = yaml.safe_load(config("view --minify --context=two --flatten").stdout)
    assert shown["clusters"][0]["cluster"] == {"server": "https://b.example.com", "certificate-authority-data": "aGVsbG8="}


def test_view_of_nothing(kubectl: Kubectl) -> None:
    empty = 'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\npreferences: {}\nusers: null\n'
    assert kubectl("config view --kubeconfig=none") == Outcome(empty, "", 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("view nope", "unexpected arguments: [nope]\nSee 'kubectl config view -h' for help and examples"),
        ("view --minify --context=nope", "cannot locate context nope"),
        ("get-contexts nope", "context nope not found"),
        (
            "get-contexts -o yaml",
            "--output yaml is not available in kubectl config get-contexts; resetting to default output format",
        ),
        ("use-context nope", 'no context exists with the name: "nope"'),
        ("use-context", "Unexpected args: []"),
        ("set-context", "you must specify a non-empty context name or --current"),
        ("set-context a --current", "you cannot specify both a context name and --current"),
        ("set-cluster b --embed-certs", "you must specify a --certificate-authority to embed"),
        (
            "set-cluster b --embed-certs --certificate-authority nofile",
            "could not stat certificate-authority file nofile: stat nofile: no such file or directory",
        ),
        (
            "set-cluster b --certificate-authority k --insecure-skip-tls-verify",
            "you cannot specify a certificate authority and insecure mode at the same time",
        ),
        (
            "set-credentials u --token a --username b",
            "you cannot specify more than one authentication method at the same time: --token, --username/--password",
        ),
        ("set-credentials u --exec-env a", "invalid exec-env format: a"),
        (
            "set-credentials u --exec-interactive-mode x",
            "invalid interactive mode type, can be only IfAvailable, Never, Always",
        ),
        ("set-credentials", "unexpected args: []"),
        ("set nonsense.x y", "unable to parse nonsense.x after [] at api.Config"),
        ("set contexts.two.namespace ''", "you cannot use set to unset a property"),
        ("set users.ua.token.x y", "unable to parse one or more field values of users.ua.token.x"),
        ("set clusters.b.insecure-skip-tls-verify 3", 'strconv.ParseBool: parsing "3": invalid syntax'),
        ("set users.ua.client-key-data %%", "error decoding input value: illegal base64 data at input byte 0"),
        ("unset users.nope.token", "current map key `nope` is invalid"),
        ("rename-context nope x", 'cannot rename the context "nope", it\'s not in k'),
        ("rename-context one two", 'cannot rename the context "one", the context "two" already exists in k'),
        ("delete-context nope", "cannot delete context nope, not in k"),
        ("delete-cluster nope", "cannot delete cluster nope, not in k"),
        ("delete-user", "user to delete is required\nSee 'kubectl config delete-user -h' for help and examples"),
    ],
)
def test_what_is_refused(config: Kubectl, words: str, message: str) -> None:
    outcome = config(words)
    assert (outcome.stderr, outcome.code) == (f"error: {message}\n", 1)
    assert Path("k").read_text() == FILE


@pytest.mark.parametrize(
    ("words", "stdout", "section", "name", "entry"),
    [
        (
            "set-context --current --namespace=dev",
            'Context "one" modified.\n',
            "contexts",
            "one",
            {"cluster": "a", "user": "ua", "namespace": "dev"},
        ),
        ("set-context new --user=w", 'Context "new" created.\n', "contexts", "new", {"cluster": "", "user": "w"}),
        (
            "set-cluster b --certificate-authority ca.pem",
            'Cluster "b" set.\n',
            "clusters",
            "b",
            {"server": "https://b.example.com", "certificate-authority": "ca.pem"},
        ),
        (
            "set-cluster b --insecure-skip-tls-verify",
            'Cluster "b" set.\n',
            "clusters",
            "b",
            {"server": "https://b.example.com", "insecure-skip-tls-verify": True},
        ),
        (
            "set-credentials ua --token=t",
            'User "ua" set.\n',
            "users",
            "ua",
            {"client-key-data": "aGVsbG8=", "token": "t"},
        ),
        (
            "set-credentials ub --auth-provider-arg a=b --auth-provider-arg foo-",
            'User "ub" set.\n',
            "users",
            "ub",
            {"auth-provider": {"name": "gcp", "config": {"a": "b", "access-token": "x"}}},
        ),
        (
            "set-credentials u --exec-command=x --exec-env A=1,2 --exec-arg a,b",
            'User "u" set.\n',
            "users",
            "u",
            {
                "exec": {
                    "command": "x",
                    "args": ["a", "b"],
                    "env": [{"name": "A", "value": "1,2"}],
                    "provideClusterInfo": False,
                }
            },
        ),
        (
            "set clusters.10.0.0.1.server https://x",
            'Property "clusters.10.0.0.1.server" set.\n',
            "clusters",
            "10.0.0.1",
            {"server": "https://x"},
        ),
        ("set users.ua.act-as x", 'Property "users.ua.act-as" set.\n', "users", "ua", {"as": "x"}),
        (
            "unset contexts.one.namespace",
            'Property "contexts.one.namespace" unset.\n',
            "contexts",
            "one",
            {"cluster": "a", "user": "ua"},
        ),
        ("rename-context two three", 'Context "two" renamed to "three".\n', "contexts", "three", {"cluster": "b"}),
        ("unset users.ux.exec", 'Property "users.ux.exec" unset.\n', "users", "ux", {}),
    ],
)
def test_what_is_written(config: Kubectl, words: str, stdout: str, section: str, name: str, entry: dict[str, object]) -> None:
    assert config(words) == Outcome(stdout, "", 0)
    written = read()[section][name]
    assert isinstance(written, dict)
    assert entry.items() <= written.items()
    if words.startswith(("set-", "unset contexts")):
        assert written == entry
    assert yaml.safe_load(Path("k").read_text())["extensions"] == [{"name": "z", "extension": {"kept": 1}}]


def test_deleting_the_current_context_warns(config: Kubectl) -> None:
    warning = 'warning: this removed your active context, use "kubectl config use-context" to select a different one\n'
    assert config("delete-context one") == Outcome("deleted context one from k\n", warning, 0)
    assert list(read()["contexts"]) == ["two"]
    assert config("current-context").stdout == "one\n"


def test_the_current_context_follows_its_new_name(config: Kubectl) -> None:
    config("rename-context one first")
    assert config("current-context").stdout == "first\n"


def test_no_current_context(config: Kubectl) -> None:
    assert config("unset current-context").stdout == 'Property "current-context" unset.\n'
    assert config("current-context") == Outcome("", "error: current-context is not set\n", 1)


def test_each_entry_is_changed_in_the_file_it_came_from(
    config: Kubectl, monkeypatch: pytest.MonkeyPatch, kubectl: Kubectl
) -> None:
    Path("first").write_text("contexts: [{name: mine, context: {cluster: a, user: ua}}]")
    before = Path("first").read_text()
    monkeypatch.setenv("KUBECONFIG", "absent:first:k")
    kubectl("config set-context two --namespace=dev")
    assert Path("first").read_text() == before
    assert read()["contexts"]["two"] == {"cluster": "b", "user": "ub", "namespace": "dev"}
    kubectl("config set-context brand-new")
    assert set(read("first")["contexts"]) == {"mine", "brand-new"}
    kubectl("config use mine")
    assert yaml.safe_load(Path("first").read_text())["current-context"] == "mine"
    assert not Path("absent").exists()


def test_a_new_file_is_private_and_no_lock_is_left(kubectl: Kubectl) -> None:
    kubectl("config --kubeconfig=sub/new set-context a")
    assert Path("sub/new").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in Path("sub").iterdir()] == ["new"]
