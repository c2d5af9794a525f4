"""nginxdemos/hello: a page with the server's address and name; `--plain` for the plain-text tag."""

from __future__ import annotations

import time

from . import web
from .nginx import log_error, write_log
from .pod import get_hostname


def main(arguments: list[str]) -> int:
    """Serve on 80."""
    plain = "--plain" in arguments

    def handle(request: web.Request) -> web.Response:
        response = answer(request, plain)
        write_log(request, response)
        return response

    log_error("notice", "start worker processes")
    return web.serve(handle, 80)


def answer(request: web.Request, plain: bool) -> web.Response:
    """Return the report."""
    facts = {
        "Server address": f"{request.local[0]}:{request.local[1]}",
        "Server name": get_hostname(),
        "Date": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "URI": request.target,
    }
    if plain:
        return web.Response("".join(f"{key}: {value}\n" for key, value in facts.items()).encode(), content_type="text/plain")
    rows = "".join(f"<p><span>{key}:</span> <span>{_escape(value)}</span></p>\n" for key, value in facts.items())
    page = f"<!DOCTYPE html>\n<html>\n<head><title>Hello World</title></head>\n<body>\n{rows}</body>\n</html>\n"
    return web.Response(page.encode(), content_type="text/html")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
