"""Kustomize, as kubectl 1.33 has it built in (v5.6.0): `kubectl kustomize` and `-k`.

`build.py` is the whole of a build, `target.py` that of one kustomization; every transformer has a file of its own.
"""
