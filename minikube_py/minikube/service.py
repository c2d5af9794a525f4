"""service: where a service is reached from this machine."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SERVICES
from minikube_py.minikube.box_table import format_box_table
from minikube_py.minikube.profile import HOST_ADDRESS, require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # the address of a service of type NodePort
  minikube service web --url

  # the addresses of all services
  minikube service list
"""

HEADINGS = ("NAMESPACE", "NAME", "TARGET PORT", "URL")
SVC_NOT_FOUND = 115

URL_FORMAT = "http://{{.IP}}:{{.Port}}"

FLAGS = (
    PROFILE_FLAG,
    flag("url", default=False, help="Print the addresses only, open nothing"),
    flag("namespace", "n", help="Namespace of the service"),
    flag("https", default=False, help="Print https addresses"),
    flag("wait", default=2, no_effect="the service is looked for once"),
    flag("interval", default=1, no_effect="the service is looked for once"),
    flag("format", default=URL_FORMAT, help="Go template of the addresses, which knows .IP, .Port and .Name"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Print where a service is, and open it where there is a browser."""
    profile = require_profile(flags["profile"])
    client = factory.with_context(profile.name).client()
    if flags.args == ["list"]:
        services = client.list(SERVICES, flags["namespace"])["items"]
        factory.write(format_box_table(HEADINGS, [row for service in services for row in list_rows(service)]))
        return
    if len(flags.args) != 1:
        raise CliError("❌  You must specify a service name", prefix="")
    name, namespace = flags.args[0], flags["namespace"] or "default"
    try:
        service = client.get(SERVICES, name, namespace)
    except NotFound as error:
        raise CliError(_explain_missing(name, namespace), SVC_NOT_FOUND, prefix="") from error
    urls = list_urls(service, flags["format"], "https" if flags["https"] else "http")
    if not flags["url"]:
        factory.write(format_box_table(HEADINGS, list_rows(service)))
    if not urls:
        factory.warn(f"😿  service {namespace}/{name} has no node port")
    elif flags["url"]:
        factory.write("".join(f"{url}\n" for url in urls))
    else:
        open_in_browser(factory, f"{namespace}/{name}", urls)


def _explain_missing(name: str, namespace: str) -> str:
    return (
        f"❌  Exiting due to SVC_NOT_FOUND: Service '{name}' was not found in '{namespace}' namespace.\n"
        f"You may select another namespace by using 'minikube service {name} -n <namespace>'. "
        "Or list out all the services using 'minikube service list'"
    )


def list_urls(service: Object, template: str = URL_FORMAT, scheme: str = "http") -> list[str]:
    """Return the addresses of a service's node ports, in the form of a Go template. Raises CliError."""
    from minikube_py.cli_runtime.printers.go_template import GoTemplatePrinter, TemplateError

    urls = []
    for port in service["spec"].get("ports") or []:
        if port.get("nodePort"):
            out = io.StringIO()
            try:
                GoTemplatePrinter(template).print_obj(
                    {"IP": HOST_ADDRESS, "Port": port["nodePort"], "Name": port.get("name", "")}, out
                )
            except TemplateError as error:
                raise CliError(f"the value passed to --format is invalid: {error}") from error
            urls.append(re.sub("^http:", f"{scheme}:", out.getvalue()))
    return urls


def list_rows(service: Object) -> list[tuple[str, str, str, str]]:
    """Return the table's rows of a service, one a node port."""
    metadata = service["metadata"]
    place = (metadata["namespace"], metadata["name"])
    ports = [port for port in service["spec"].get("ports") or [] if port.get("nodePort")]
    if not ports:
        return [(*place, "No node port", "")]
    titles = [f"{port['name']}/{port['port']}" if port.get("name") else str(port["port"]) for port in ports]
    return [(*place, title, url) for title, url in zip(titles, list_urls(service), strict=True)]


def open_in_browser(factory: Factory, name: str, urls: list[str]) -> None:
    """Open addresses in the graphical browser; without one, print them."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        import webbrowser

        factory.write(f"🎉  Opening service {name} in default browser...\n")
        urls = [url for url in urls if not webbrowser.open(url)]
    factory.write("".join(f"👉  {url}\n" for url in urls))


VERB = Verb(
    "service",
    "Print where a service is reached",
    run,
    FLAGS,
    "SERVICE [flags]",
    "Prints the addresses of a service's node ports and opens them in a browser, where there is one.",
    EXAMPLES,
)
