"""Frames come out as they went in, however the bytes were cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cri.frames import MAX_FRAME, STDIN, STDOUT, FrameReader, encode_frame

FRAMES = st.lists(st.tuples(st.integers(0, 4), st.binary(max_size=40)))


@given(FRAMES, st.integers(1, 17))
def test_frames_survive_any_cutting(frames: list[tuple[int, bytes]], size: int) -> None:
    data = b"".join(encode_frame(channel, payload) for channel, payload in frames)
    reader = FrameReader()
    got = [frame for start in range(0, len(data), size) for frame in reader.feed(data[start : start + size])]
    assert got == frames


def test_layout() -> None:
    assert encode_frame(STDOUT, b"hi") == b"\x01\x00\x00\x00\x02hi"
    assert encode_frame(STDIN, b"") == b"\x00\x00\x00\x00\x00"


def test_too_long_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="over"):
        FrameReader().feed(b"\x01" + (MAX_FRAME + 1).to_bytes(4, "big"))
