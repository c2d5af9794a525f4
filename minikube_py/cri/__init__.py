"""The runtime protocol and the runtimes: fake, process, sandbox."""
