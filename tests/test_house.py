"""The house rules of docs/shapes.md that a test can hold, for every module, verb and kind at once."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from minikube_py.apis import catalog
from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag
from minikube_py.kubectl.cmd import groups
from tests import write_commands_doc
from tests.verbs import Listed, list_verbs

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "minikube_py"
MODULES = sorted(PACKAGE.rglob("*.py"))
VERBS = list_verbs()

MODULE_LINES, MEDIAN_LINES, FUNCTION_LINES, PARAMETERS = 500, 200, 60, 6
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc"}

PROGRAMS = "kubelet/images/programs/"  # processes of their own, with the behaviour of the programs they stand in for
BROAD_EXCEPT = {
    "cmd/mk.py",
    "client/reconcile.py",
    "apiserver/serving/handler.py",
}  # command line, queue worker, server over https
TELLS_TIME = {"component_base/clock.py"}
MEASURES_TIME = {
    "component_base/clock.py",
    "cmd/daemon.py",  # how long a batch may take, however fast the cluster's clock runs
    "apiserver/webhooks/https.py",  # how long a webhook takes, which is a matter of the network
    "cri/agent/loop.py",  # the node agent's timers: processes live in the machine's time
}
MIRRORS_ITS_RECORD = {"flag"}  # its parameters are the fields of the Flag it returns, one by one

GENERIC_TABLES: set[str] = set()  # kinds shown by NAME and AGE alone, as in Kubernetes

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """Return a module's path inside the package."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    """Return a module's tree."""
    return ast.parse(path.read_text())


def list_functions(path: Path) -> Iterator[Function]:
    """Return every function and method of a module, nested ones too."""
    return (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def list_public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Return public classes and functions, with the classes' public methods. What only declares (a body of `...`) needs no words."""
    for node in body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from list_public(node.body)
        elif isinstance(node.body[-1], ast.Expr) and ast.unparse(node.body[-1]) == "...":
            continue
        yield node


def find_calls(path: Path, *names: str) -> list[int]:
    """Return the lines on which something of these dotted names stands, or is imported by its last word."""
    modules: dict[str, set[str]] = {name.rpartition(".")[0]: set() for name in names}
    for name in names:
        modules[name.rpartition(".")[0]].add(name.rpartition(".")[2])
    found = []
    for node in ast.walk(parse(path)):
        if (isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in names) or (
            isinstance(node, ast.ImportFrom) and modules.get(node.module or "", set()) & {alias.name for alias in node.names}
        ):
            found.append(node.lineno)
    return found


def reraises(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler only puts things in order and lets the error go on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler takes every error."""
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    return bool(names & {"Exception", "BaseException"})


def test_modules_are_small() -> None:
    lines = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}
    assert statistics.median(lines.values()) < MEDIAN_LINES


def test_functions_are_short() -> None:
    """A decorator is not the function's; its docstring is."""
    lengths = {
        f"{name_of(path)}:{f.name}": (f.end_lineno or f.lineno) - f.lineno + 1 for path in MODULES for f in list_functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}


def test_functions_take_few_parameters() -> None:
    """Positional and keyword-only ones together, but for self and cls; `*args` and `**params` hand on what is not looked at."""
    many = {}
    for path in MODULES:
        for function in list_functions(path):
            arguments = function.args
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            own = names[1:] if names[:1] in (["self"], ["cls"]) else names
            if len(own) > PARAMETERS and function.name not in MIRRORS_ITS_RECORD:
                many[f"{name_of(path)}:{function.name}"] = len(own)
    assert many == {}


def test_everything_public_says_what_it_is() -> None:
    """Modules (packages say what belongs in them), classes, functions, methods."""
    silent = [name_of(path) for path in MODULES if not ast.get_docstring(parse(path))]
    for path in MODULES:
        silent += [f"{name_of(path)}:{n.name}" for n in list_public(parse(path).body) if not ast.get_docstring(n)]
    assert silent == []


def test_every_folder_of_modules_is_a_package() -> None:
    assert [name_of(folder) for folder in {path.parent for path in MODULES} if not (folder / "__init__.py").exists()] == []


def test_names_say_what_is_inside() -> None:
    assert [name_of(path) for path in MODULES if {path.stem, path.parent.name} & VAGUE_NAMES] == []


def import_name_of(path: Path) -> str:
    """Return the name under which a module is imported."""
    return ".".join(["minikube_py", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


OWN_NAMES = {import_name_of(path) for path in MODULES}


def list_imports(path: Path) -> Iterator[str]:
    """Yield what a module imports absolutely, at any place and for whatever purpose, as `module` and as `module.name`."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names
            if not set(names) <= OWN_NAMES:
                yield node.module


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {import_name_of(path): OWN_NAMES & set(list_imports(path)) for path in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_broad_excepts_stand_in_their_places() -> None:
    found = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not reraises(node)
    }
    assert found == BROAD_EXCEPT


def test_time_comes_from_the_clock() -> None:
    tells, measures = set(), set()
    for path in MODULES:
        if not name_of(path).startswith(PROGRAMS):
            tells |= (
                {name_of(path)}
                if find_calls(path, "time.time", "time.time_ns", "time.sleep", "datetime.datetime.now")
                else set()
            )
            measures |= {name_of(path)} if find_calls(path, "time.monotonic", "time.perf_counter") else set()
    assert tells == TELLS_TIME
    assert measures <= MEASURES_TIME


def test_nothing_runs_what_it_is_given() -> None:
    """No shell, no pickle, no eval; YAML is read by a safe loader."""
    found = []
    for path in MODULES:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and is_dangerous(node):
                found.append(f"{name_of(path)}:{node.lineno}")
            if isinstance(node, ast.Import | ast.ImportFrom) and "pickle" in ast.unparse(node):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_programs_of_ours_load_nothing_of_the_folder_they_are_started_in() -> None:
    """`python -m` looks for modules there first, and that folder may be anybody's; `-P` is what it takes to leave that."""
    started = re.compile(r"""["' ]-m["' ],? ?["']?minikube_py\.""")
    lines = [(name_of(path), line) for path in MODULES for line in path.read_text().splitlines() if started.search(line)]
    code = [(name, line) for name, line in lines if "sys.executable" in line]
    assert {name for name, _ in code} >= {"minikube/daemon_control.py", "minikube/shims.py", "cri/agent_client.py"}
    assert [found for found in code if "-P" not in found[1]] == []


def is_dangerous(call: ast.Call) -> bool:
    """Return whether a call hands text to a shell, to Python, or YAML to a loader that makes any object."""
    called = ast.unparse(call.func)
    if called in ("eval", "exec", "os.system", "os.popen"):
        return True
    if called.startswith("subprocess.") and any(k.arg == "shell" and ast.unparse(k.value) != "False" for k in call.keywords):
        return True
    loader = ast.unparse(call).partition(",")[2]
    return called in ("yaml.load", "yaml.load_all", "yaml.unsafe_load") and "SafeLoader" not in loader


@pytest.mark.parametrize(
    ("source", "dangerous"),
    [
        ("eval(x)", True),
        ("subprocess.run(x, shell=True)", True),
        ("subprocess.run(x, shell=False)", False),
        ("yaml.load(x)", True),
        ("yaml.load(x, yaml.Loader)", True),
        ("yaml.load(x, Loader=yaml.CSafeLoader)", False),
        ("json.load(x)", False),
    ],
)
def test_the_rule_knows_what_is_dangerous(source: str, dangerous: bool) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert is_dangerous(call) is dangerous


def test_no_path_of_a_developers_machine() -> None:
    names = [f"/{folder}/" for folder in ("work", "root", "tmp/v")]
    tops = [path for path in ROOT.iterdir() if not path.name.startswith(".git")]
    files = [*(path for path in tops if path.is_file()), *MODULES]
    files += [path for folder in ("tests", "docs", "manifests") for path in (ROOT / folder).rglob("*")]
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_bytes().decode(errors="replace")
        for path in files
        if path.is_file() and path.suffix != ".pyc"
    }
    assert [name for name, text in texts.items() if any(word in text for word in names)] == []


def test_every_verb_file_is_a_verb_of_mk() -> None:
    """A module with a VERB is reached from `groups`; the words that complete the line are asked for by shells only."""
    reached = {listed.module.__name__ for listed in VERBS} | {
        groups.module_of(name) for name in ("complete_words", *groups.HIDDEN)
    }
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ("kubectl/cmd", "minikube")
        for path in (PACKAGE / room).rglob("*.py")
        if any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "VERB" for n in parse(path).body)
    }
    assert files == reached


@pytest.mark.parametrize("listed", VERBS, ids=lambda listed: listed.path)
def test_verbs_explain_themselves(listed: Listed) -> None:
    """Examples are indented by two spaces and call mk (`minikube` where tutorials would); shown flags say what they do."""
    verb = listed.verb
    assert verb.short
    assert verb.examples
    assert all(line.startswith("  ") for line in verb.examples.splitlines() if line)
    program = ("mk ", "minikube ") if listed.path.startswith("minikube ") else ("mk ",)
    assert any(word in line for word in program for line in verb.examples.splitlines() if not line.startswith("  #"))
    assert silent_flags(verb.flags) == []


def test_global_flags_explain_themselves() -> None:
    assert silent_flags(GLOBAL_FLAGS) == []


def silent_flags(flags: tuple[Flag, ...]) -> list[str]:
    """Return the flags that --help shows without a word."""
    return [flag.name for flag in flags if not flag.help and not flag.hidden]


def test_the_page_of_commands_is_up_to_date() -> None:
    """Written anew by `python -m tests.write_commands_doc`."""
    assert write_commands_doc.PAGE.read_text() == write_commands_doc.make_page()


def test_every_kind_has_a_table() -> None:
    kinds = [kind for kind in catalog.list_kinds() if "list" in kind.verbs]  # reviews are answered and forgotten
    own = [kind for kind in kinds if kind.stored_as is None]  # other versions are shown as the stored one
    assert {kind.kind for kind in own if not kind.columns} == GENERIC_TABLES
