"""Chooses a node for each pod: a queue, a cache of nodes, plugins."""
