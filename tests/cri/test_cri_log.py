"""The log format that kubelets read, and its rotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.cri.agent.cri_log import CRILog, LineCutter, format_rfc3339_nano

NOON = 1_700_000_000_000_000_000


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        pytest.param([b"a\nb\n"], [b"F a", b"F b"], id="two lines"),
        pytest.param([b"a", b"b\nc", b"\n"], [b"F ab", b"F c"], id="lines in pieces"),
        pytest.param([b"\n\n"], [b"F ", b"F "], id="empty lines"),
        pytest.param([b"a\r\n"], [b"F a"], id="carriage return"),
        pytest.param([b"12345\n"], [b"P 1234", b"F 5"], id="over the limit"),
        pytest.param([b"1234\n"], [b"F 1234"], id="just the limit"),
        pytest.param([b"123456789"], [b"P 1234", b"P 5678", b"P 9"], id="no end at all"),
        pytest.param([b"a\nb"], [b"F a", b"P b"], id="last line without newline"),
    ],
)
def test_lines(chunks: list[bytes], lines: list[bytes]) -> None:
    cutter = LineCutter(max_line=4)
    got = [tag + b" " + line for chunk in chunks for tag, line in cutter.feed(chunk)]
    got += [tag + b" " + line for tag, line in cutter.finish()]
    assert got == lines


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        pytest.param(NOON, b"2023-11-14T22:13:20Z", id="whole second"),
        pytest.param(NOON + 5, b"2023-11-14T22:13:20.000000005Z", id="five nanoseconds"),
        pytest.param(NOON + 120_000_000, b"2023-11-14T22:13:20.12Z", id="trailing zeros go"),
    ],
)
def test_time(nanoseconds: int, text: bytes) -> None:
    assert format_rfc3339_nano(nanoseconds) == text


def test_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "0.log"
    log = CRILog(str(path), 1000, 5)
    log.write(b"stdout", b"one\ntw", NOON)
    log.write(b"stderr", b"err\n", NOON)
    log.write(b"stdout", b"o\nend", NOON)
    log.close(NOON)
    stamp = "2023-11-14T22:13:20Z"
    assert path.read_text().splitlines() == [
        f"{stamp} stdout F one",
        f"{stamp} stderr F err",
        f"{stamp} stdout F two",
        f"{stamp} stdout P end",
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_rotation_keeps_the_newest_files(tmp_path: Path) -> None:
    path = tmp_path / "0.log"
    log = CRILog(str(path), 60, 3)
    for number in range(8):
        log.write(b"stdout", b"line %d\n" % number, NOON)
    log.close(NOON)
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["0.log", "0.log.1", "0.log.2"]
    numbers = [int(line[-1]) for name in ("0.log.2", "0.log.1", "0.log") for line in (tmp_path / name).read_text().splitlines()]
    assert numbers == list(range(numbers[0], 8))
    assert all(file.stat().st_size <= 60 for file in tmp_path.iterdir())


def test_a_log_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "0.log"
    for text in (b"one\n", b"two\n"):
        log = CRILog(str(path), 1000, 5)
        log.write(b"stdout", text, NOON)
        log.close(NOON)
    assert [line.split()[-1] for line in path.read_text().splitlines()] == ["one", "two"]
