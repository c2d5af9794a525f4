"""Streams over one HTTP connection that was upgraded: SPDY/3.1 and WebSockets, and what Kubernetes sends over them.

Everything here is without input and output: bytes that came go in, events and bytes to send come out. Sockets belong elsewhere.
"""
