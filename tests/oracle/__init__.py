"""Compares with a real kubectl, where one is on PATH, what is computed on the client: a second oracle beside the transcripts."""
