"""httpd: serves /usr/local/apache2/htdocs, or its own page where that folder is not there."""

from __future__ import annotations

import os
import time

from . import files, pod, web

ROOT = "/usr/local/apache2/htdocs"
_REASONS = {
    403: "You don't have permission to access this resource.",
    404: "The requested URL was not found on this server.",
    405: "The requested method is not allowed for this URL.",
}


def main(arguments: list[str]) -> int:
    """Serve on 80; `-v` prints the version, every other option is accepted."""
    server = "Apache/" + (os.environ.get("HTTPD_VERSION") or "2.4")
    if arguments[:1] == ["-v"]:
        pod.write_out(f"Server version: {server} (minikube_py)\n")
        return 0

    def handle(request: web.Request) -> web.Response:
        response = finish(answer(request), server)
        write_log(request, response)
        return response

    return web.serve(handle, 80, describe_error=describe_apache_error)


def answer(request: web.Request) -> web.Response:
    """Return what the request asks for."""
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405, headers=(("Allow", "GET,HEAD"),))
    path = web.unquote(request.path)
    root = pod.find_image_path(ROOT)
    if os.path.isdir(root):
        return files.get_file(request, root, path)
    if path in ("/", "/index.html"):
        return web.Response(pod.read_page("httpd.html"), content_type="text/html")
    return web.Response(status=404)


def finish(response: web.Response, server: str) -> web.Response:
    """Add the server's header, and its page to an error."""
    headers = (("Server", f"{server} (Unix)"), *response.headers)
    if response.status < 400:
        return response._replace(headers=headers)
    title = f"{response.status} {web.STATUS[response.status]}"
    reason = _REASONS.get(response.status, "The request could not be answered.")
    page = f"<html><head><title>{title}</title></head><body><h1>{title[4:]}</h1><p>{reason}</p></body></html>\n"
    return response._replace(body=page.encode(), content_type="text/html; charset=iso-8859-1", headers=headers)


def write_log(request: web.Request, response: web.Response) -> None:
    """Write a line in the common log format."""
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    pod.write_out(f'{request.client[0]} - - [{stamp}] "{request.line}" {response.status} {len(response.body)}\n')


def describe_apache_error(port: int, error: OSError) -> str:
    """Return how Apache says that it cannot listen."""
    where = f"{pod.get_bind_address()}:{port}"
    text = os.strerror(error.errno or 0)
    return (
        f"({error.errno}){text}: AH00072: make_sock: could not bind to address {where}\n"
        "no listening sockets available, shutting down\nAH00015: Unable to open logs\n"
    )
