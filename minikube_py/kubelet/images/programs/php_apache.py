"""registry.k8s.io/hpa-example: every request costs processor time, for autoscaling."""

from __future__ import annotations

import math

from . import web
from .httpd import describe_apache_error

ROUNDS = 1_000_000


def main(arguments: list[str]) -> int:
    """Serve on 80."""

    def handle(request: web.Request) -> web.Response:
        if request.path not in ("/", "/index.php"):
            return web.Response(b"Not Found\n", 404)
        x = 0.0001
        for _ in range(ROUNDS):
            x += math.sqrt(x)
        return web.Response(b"OK!", content_type="text/html; charset=UTF-8")

    return web.serve(handle, 80, describe_error=describe_apache_error)
