"""hashicorp/http-echo: answers every request with the text it was given."""

from __future__ import annotations

import os
import time

from . import pod, web


def main(arguments: list[str]) -> int:
    """Serve `-text` on `-listen` (default :5678)."""
    options = parse_options(arguments)
    text = options.get("text") or os.environ.get("ECHO_TEXT", "")
    if not text:
        pod.write_error("Missing -text option!\n")
        return 127
    listen = options.get("listen", ":5678")
    code = int(options.get("status-code", "200"))
    body = (text + "\n").encode()

    def handle(request: web.Request) -> web.Response:
        stamp = time.strftime("%Y/%m/%d %H:%M:%S")
        host = request.headers.get("host", "")
        agent = request.headers.get("user-agent", "")
        pod.write_out(f'{stamp} {host} {request.client[0]}:{request.client[1]} "{request.line}" {code} {len(body)} "{agent}"\n')
        if request.path == "/health":
            return web.Response(b'{"status":"ok"}\n', content_type="application/json")
        return web.Response(body, code, headers=(("X-App-Name", "http-echo"),))

    return web.serve(handle, int(listen.rpartition(":")[2]), started=f"server is listening on {listen}\n")


def parse_options(arguments: list[str]) -> dict[str, str]:
    """Return Go-style options: `-name=value`, `--name value`; a lone one is "true"."""
    options: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not equals:
            value = rest.pop(0) if rest and not rest[0].startswith("-") else "true"
        options[name] = value
    return options
