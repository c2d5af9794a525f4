"""config set-credentials: makes a user entry or changes one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.arguments import parse_pairs, show_help
from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.config_files import check_embeddable, embed_file
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
Pairs = tuple[dict[str, str], list[str]]

EXAMPLES = """
  # a user with a token
  mk config set-credentials ann --token=bearer_token

  # a user with a certificate and its key, taken into the kubeconfig
  mk config set-credentials bob --client-certificate=bob.crt --client-key=bob.key --embed-certs=true
"""

FLAGS = (
    flag("client-certificate", help="File of the user's certificate"),
    flag("client-key", help="File of the certificate's key"),
    flag("embed-certs", default=False, help="Take the files' content into the kubeconfig"),
    flag("token", help="Bearer token"),
    flag("username", help="Name for basic authentication"),
    flag("password", help="Password for basic authentication"),
    flag("auth-provider", help="Authentication provider"),
    flag("auth-provider-arg", kind="slice", help="KEY=VALUE for the provider; KEY- removes one"),
    flag("exec-command", help="Command that gives credentials"),
    flag("exec-api-version", help="Version of the API that the command speaks"),
    flag("exec-arg", kind="slice", help="Arguments of the command, in place of those it had"),
    flag("exec-env", kind="array", help="KEY=VALUE of the command's environment; KEY- removes one"),
    flag("exec-interactive-mode", help="Whether the command may ask on the terminal: IfAvailable, Never or Always"),
    flag("exec-provide-cluster-info", default=False, help="Tell the command of the cluster"),
)


class Options(NamedTuple):
    """What to change in whose entry."""

    name: str
    flags: Parsed
    provider_args: Pairs
    exec_env: Pairs


def complete(flags: Parsed) -> Options:
    """Turn flags into options. Raises CliError."""
    if len(flags.args) != 1:
        raise CliError(f"unexpected args: [{' '.join(flags.args)}]")
    provider_args = parse_pairs(flags["auth-provider-arg"], "auth-provider-arg")
    return Options(flags.args[0], flags, provider_args, parse_pairs(flags["exec-env"], "exec-env"))


def validate(options: Options) -> None:
    """Refuse flags that do not go together. Raises CliError."""
    flags = options.flags
    if not options.name:
        raise CliError("you must specify a non-empty user name")
    if flags["token"] and (flags["username"] or flags["password"]):
        methods = "--token, --username/--password"
        raise CliError(f"you cannot specify more than one authentication method at the same time: {methods}")
    if flags["embed-certs"]:
        check_embeddable(flags, ("client-certificate", "client-key"))
    if flags.changed("exec-interactive-mode") and flags["exec-interactive-mode"] not in ("IfAvailable", "Never", "Always"):
        raise CliError("invalid interactive mode type, can be only IfAvailable, Never, Always")


def change_user(user: Object, options: Options) -> Object:
    """Return the entry with what the flags say. A token takes the place of name and password and the other way round."""
    flags = options.flags
    result = dict(user)
    for name in ("client-certificate", "client-key"):
        if flags.changed(name) and flags["embed-certs"]:
            result |= {name: "", f"{name}-data": embed_file(flags[name])}
        elif flags.changed(name):
            result |= {name: os.path.abspath(flags[name]), f"{name}-data": ""}
    result |= {name: flags[name] for name in ("token", "username", "password") if flags.changed(name)}
    if flags["token"]:
        result |= {"username": "", "password": ""}
    elif flags["username"] or flags["password"]:
        result["token"] = ""
    if provider := _change_provider(result.get("auth-provider"), options):
        result["auth-provider"] = provider
    if command := _change_exec(result.get("exec"), options):
        result["exec"] = command
    return result


def _change_provider(provider: Object | None, options: Options) -> Object | None:
    name = options.flags["auth-provider"]
    if options.flags.changed("auth-provider") and (provider is None or provider["name"] != name):
        provider = {"name": name}
    if provider is None:
        return None
    added, removed = options.provider_args
    config = {key: value for key, value in (provider.get("config") or {}).items() if key not in removed}
    return {**provider, "config": {**config, **added}}


def _change_exec(command: Object | None, options: Options) -> Object | None:
    flags = options.flags
    if flags.changed("exec-command"):
        command = {**(command or {}), "command": flags["exec-command"], "args": None}
    if command is None:
        return None
    changes = {
        "apiVersion": "exec-api-version",
        "interactiveMode": "exec-interactive-mode",
        "provideClusterInfo": "exec-provide-cluster-info",
    }
    result = {**command, **{key: flags[name] for key, name in changes.items() if flags.changed(name)}}
    if flags["exec-arg"]:
        result["args"] = flags["exec-arg"]
    added, removed = options.exec_env
    if added or removed:
        kept = [variable for variable in command.get("env") or [] if variable["name"] not in removed]
        changed = [{**variable, "value": added.pop(variable["name"], variable["value"])} for variable in kept]
        result["env"] = changed + [{"name": name, "value": value} for name, value in added.items()]
    return result


def run(flags: Parsed, factory: Factory) -> None:
    """Write the user's entry."""
    try:
        options = complete(flags)
    except CliError:
        show_help(factory, VERB, "config set-credentials")
        raise
    validate(options)

    def change(config: Config) -> None:
        config.users[options.name] = change_user(config.users.get(options.name, {}), options)

    get_access(factory).modify(change)
    factory.write(f"User {quote(options.name)} set.\n")


VERB = Verb(
    "set-credentials",
    "Write a user into the kubeconfig",
    run,
    FLAGS,
    "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] "
    "[--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] "
    "[--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
    "Makes a user entry, or changes in one what the flags say.",
    EXAMPLES,
)
