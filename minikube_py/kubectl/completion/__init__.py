"""Completing command lines: the shells' scripts, and the words that may stand at a place."""
