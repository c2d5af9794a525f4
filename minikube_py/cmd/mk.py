"""mk: the console script. Finds the verb, parses its flags, runs it, and turns what goes wrong into words and an exit code."""

from __future__ import annotations

import gc
import os
import sys

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import HELP, UsageError, Verb, find_argument, find_verb, load_verb, parse_verb, wants_help
from minikube_py.cmd.wiring import connect
from minikube_py.kubectl.cmd.groups import list_cluster_verbs, list_own_verbs, make_root


def root() -> Verb:
    """Return the top: every verb by its name."""
    return make_root()


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        code = run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        end_with_broken_pipe()
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def end_with_broken_pipe() -> None:
    """End as a program does whose reader went away: by the signal, which shells see as 141. Nothing more can be said."""
    import signal

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)


def run(words: list[str]) -> int:
    """Run one command line; user errors become text here, anything else a short report without a traceback."""
    words = unwrap_kubectl(words)
    verb, path, rest = find_verb(words, root(), load_verb)
    try:
        if verb.name in ("mk", "create") and (code := _run_plugin(verb, words)) is not None:
            return code
        if verb.name == "mk" and not wants_help(rest) and find_argument(verb, rest) is None:
            parse_verb(verb, rest)
        if verb.name == "mk" or (wants_help(rest) and not verb.disable_flags) or (verb.subcommands and verb.run is None):
            return _show_help(verb, path, rest)
        parsed = parse_verb(verb, rest, path)
        _tell_of_flags(parsed)
        _refuse_arguments(verb, path, parsed)
        assert verb.run is not None
        factory = Factory(connect, parsed)
        if "profile" not in parsed.own and parsed.values.get("profile", "none") != "none":
            from minikube_py.cmd.profiling import capture

            with capture(parsed["profile"], parsed["profile-output"]):
                return _run_verb(verb, parsed, factory)
        return _run_verb(verb, parsed, factory)
    except Exception as error:  # noqa: BLE001 - CLI main: one of the three places
        return _report(error, verb, name_program(path))


def name_program(path: str) -> str:
    """Return a verb's full name as messages give it: kubectl's verbs are `kubectl get`, those that kubectl does not have `mk start`."""
    return path if path.partition(" ")[2].partition(" ")[0] in list_own_verbs() else "kubectl" + path.removeprefix("mk")


def _tell_of_flags(parsed: Parsed) -> None:
    """Tell of flags that are deprecated; of those that change nothing here only people, for to scripts kubectl says nothing either."""
    idle = [f"--{name} has no effect here: {why}" for name, why in parsed.idle.items() if sys.stderr.isatty()]
    for note in (*parsed.notes, *idle):
        print(note, file=sys.stderr)


def _refuse_arguments(verb: Verb, path: str, parsed: Parsed) -> None:
    """Refuse arguments of a cluster's verb that takes none; kubectl's verbs have rules of their own."""
    if parsed.args and verb.usage == "[flags]" and path.split()[1] in ("minikube", *list_cluster_verbs()):
        raise UsageError(f"Unexpected args: [{' '.join(parsed.args)}]")


def _run_verb(verb: Verb, parsed: Parsed, factory: Factory) -> int:
    assert verb.run is not None
    code = (_run_in_colour(verb, parsed, factory) if factory.colour else verb.run(parsed, factory)) or 0
    if not code and factory.warning_count and parsed.values.get("warnings-as-errors"):
        count = factory.warning_count
        raise CliError(f"{count} warning{'s' * (count > 1)} received")
    return code


def _run_plugin(verb: Verb, words: list[str]) -> int | None:
    from minikube_py.kubectl.plugins import find_plugin, run_plugin

    plugin = find_plugin(verb, words)
    return None if plugin is None else run_plugin(plugin)


def _run_in_colour(verb: Verb, parsed: Parsed, factory: Factory) -> int | None:
    """Run a verb that writes to a terminal, or with --color=always."""
    from minikube_py.cli_runtime.colour import paint_stream

    assert verb.run is not None
    painted = paint_stream(factory.streams.stdout, verb.shows, str(parsed.values.get("output") or ""))
    try:
        return verb.run(parsed, factory.with_stdout(painted))
    finally:
        painted.flush()


def unwrap_kubectl(words: list[str]) -> list[str]:
    """Return the words behind `minikube [-p PROFILE] kubectl --`, for that profile; other words as they are."""
    if words[:1] != ["minikube"] or "kubectl" not in words:
        return words
    at = words.index("kubectl")
    before, after = words[1:at], words[at + 1 :]
    if after[:1] == ["--"]:
        del after[0]
    joined = "=".join(before)
    for start in ("-p=", "--profile=", "-p"):
        if joined.startswith(start):
            return ["--context", joined.removeprefix(start), *after]
    return after if not before else words


def _report(error: Exception, verb: Verb, path: str) -> int:
    from minikube_py.kubectl.errors import USER_ERRORS, describe_error

    if isinstance(error, BrokenPipeError):
        raise error
    sys.stdout.flush()
    if isinstance(error, USER_ERRORS):
        text, code = describe_error(error, path, verb.failure)
    else:
        from minikube_py.cmd.crash import describe_crash

        text, code = describe_crash(error)
    if text:
        print(_paint_error(text), end="" if text.endswith("\n") else "\n", file=sys.stderr)
    return code


def _paint_error(text: str) -> str:
    """Return an error's text, its heading red on a terminal."""
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        return text
    from minikube_py.cli_runtime.colour import RED, paint

    heading, colon, rest = text.partition(":")
    return paint(heading + colon, RED) + rest if colon and "\n" not in heading else text


def _show_help(verb: Verb, path: str, words: list[str]) -> int:
    from minikube_py.kubectl import program_help

    asked = wants_help(words)
    if verb.name == "mk" and words and words[0] not in HELP and (index := find_argument(verb, words)) is not None:
        return program_help.report_unknown(verb, path, words[index])
    if verb.subcommands and not asked and (unknown := parse_verb(verb, words, path).args):
        return program_help.report_unknown(verb, path, " ".join(unknown))
    asked = asked or verb.name == "mk" or verb.bare_help == "asked"
    sys.stdout.flush()
    print(program_help.render(verb, path), file=sys.stdout if asked or verb.bare_help == "stdout" else sys.stderr)
    return 0 if asked else 1


OBJECTS_BETWEEN_COLLECTIONS = 200_000  # a command lives too briefly to look for garbage every 700 new objects


def prepare_streams() -> None:
    """Open what the caller closed, and let all speak UTF-8 whatever the locale says, as Go's programs do.

    A closed descriptor would be given to the next file that is opened; bytes that are no UTF-8 go out as they came in.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            null = os.open(os.devnull, os.O_RDWR)
            stream = open(null, "w" if descriptor else "r", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives to the end
            setattr(sys, name, stream)
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def console() -> None:
    """Entry point of the installed script."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    prepare_streams()
    leave(main())


def leave(code: int) -> None:
    """End the process. Taking the interpreter apart takes 4 ms and gains nothing, unless someone waits for the end (atexit)."""
    if "atexit" in sys.modules:
        sys.exit(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    console()
