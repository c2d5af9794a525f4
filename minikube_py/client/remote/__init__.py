"""Reaching an API server over https: the connection, who one is, what is served there, and streams to its pods.

The requests themselves travel in `client.transport.http`. Nothing here is loaded for a cluster of this machine.
"""
