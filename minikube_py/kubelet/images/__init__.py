"""Image names to programs: the catalogue, as data, and small programs that behave as the images do.

    reference   image names: parsing, the kubelet's words for bad ones
    catalogue   name -> Image, or the error of a failed pull
    launchers   an Image's commands as a folder on PATH, for runtimes without image file systems
    roots       an Image's commands and files as a folder to lay over the host's, for the sandbox
    pages/      files that lie in images
    programs/   the stand-ins themselves, run by run_program.py

Not here: pulling, back-off, events (the kubelet's), running anything (the runtime's).

catalogue.json, and the user's images.yaml in the same form:

    aliases: {"k8s.gcr.io/": "registry.k8s.io/"}   beginnings of names that mean others
    sets:    {shell: {sh: "=bash"}}                commands that several images share
    images:                                        the first entry that matches wins
    - names: [nginx, "quay.io/nginx/nginx:1.*"]    any tag unless the name has one; with `*` the name must be full
      tags: "latest|1(\\\\.\\\\d+)*"                   regular expression that tags must match wholly; others are not found
      version: "1.29"                              for {version} where the tag has no number
      entrypoint: [/docker-entrypoint.sh]          as in the image
      cmd: [nginx, -g, daemon off;]
      env: {NGINX_VERSION: "{version}"}            values and `bin` may hold {version} and {tag}
      working_dir: /
      user: ""                                     as in the image; "" is root
      ports: [80]
      size: 72319182                               bytes
      shell: /bin/sh                               absent: the image has none
      exits: "0"                                   the default command ends by itself, with this code
      stop_signal: SIGQUIT
      busybox: true                                the host's busybox applets come first on PATH
      requires: [perl]                             programs the host must have, else the image is unknown
      uses: [shell]                                sets to take commands from
      bin: {nginx: nginx}                          command -> program below programs/ with arguments, "=NAME" for the host's
                                                   own NAME, or a script that begins with #! ({host:NAME} is a full path)
      files: {/usr/share/x/index.html: pages/x.html}   path in the image -> file in this folder; in the sandbox only
"""

from __future__ import annotations

from .catalogue import Catalogue, CatalogueError, Image, load_catalogue, pull_error, resolve
from .launchers import adapt_to_host, find_command, make_bin_directory, prepare_path
from .reference import InvalidImageName, Reference, parse_reference
from .roots import adapt_to_root, find_in_root, make_image_root

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Image",
    "InvalidImageName",
    "Reference",
    "adapt_to_host",
    "adapt_to_root",
    "find_command",
    "find_in_root",
    "load_catalogue",
    "make_bin_directory",
    "make_image_root",
    "parse_reference",
    "prepare_path",
    "pull_error",
    "resolve",
]
