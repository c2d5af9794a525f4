from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.component_base.clock import FakeClock
from minikube_py.kubelet.images.programs.redis_cli import format_pretty, format_raw
from minikube_py.kubelet.images.programs.redis_store import OK, RedisError, Simple, Store

Start = Callable[..., Any]
Run = Callable[..., Any]


def do(store: Store, line: str) -> Any:
    name, *args = line.split()
    return store.run(name.upper(), [arg.encode() for arg in args])


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        (["set a 1", "get a", "get b", "strlen a", "append a 23", "get a"], [OK, b"1", None, 1, 3, b"123"]),
        (["set a 1 NX", "set a 2 NX", "set b 1 XX", "set a 3 GET", "getset a 4"], [OK, None, None, b"1", b"3"]),
        (["incr n", "incrby n 5", "decr n", "decrby n 2", "type n"], [1, 6, 5, 3, Simple("string")]),
        (["mset a 1 b 2", "mget a b c", "exists a b c", "del a c", "dbsize"], [OK, [b"1", b"2", None], 2, 1, 1]),
        (["rpush l a b c", "lpush l x y", "lrange l 0 -1"], [3, 5, [b"y", b"x", b"a", b"b", b"c"]]),
        (["rpush l a b", "lindex l -1", "lpop l", "rpop l", "llen l", "exists l"], [2, b"b", b"a", b"b", 0, 0]),
        (["hset h f 1 g 2", "hset h f 3", "hget h f", "hgetall h"], [2, 0, b"3", [b"f", b"3", b"g", b"2"]]),
        (["hincrby h n 4", "hdel h n", "exists h", "hlen h"], [4, 1, 0, 0]),
        (["sadd s a b a", "sismember s a", "scard s", "srem s a", "smembers s"], [2, 1, 2, 1, [b"b"]]),
        (
            ["set user:1 a", "set user:2 b", "set x c", "keys user:*", "flushall", "dbsize"],
            [OK, OK, OK, [b"user:1", b"user:2"], OK, 0],
        ),
        (["set a 1", "rename a b", "get b", "exists a"], [OK, OK, b"1", 0]),
    ],
)
def test_commands(lines: list[str], answers: list[Any]) -> None:
    store = Store(FakeClock().now)
    assert [do(store, line) for line in lines] == answers


def test_keys_end_when_their_time_is_up() -> None:
    clock = FakeClock()
    store = Store(clock.now)
    do(store, "set a 1 EX 10")
    do(store, "set b 1")
    assert [do(store, f"ttl {key}") for key in "abc"] == [10, -1, -2]
    assert do(store, "expire b 5") == 1 and do(store, "persist b") == 1
    clock.advance(10)
    assert do(store, "get a") is None and do(store, "keys *") == [b"b"]
    do(store, "setex a 5 x")
    do(store, "set a y")
    assert do(store, "ttl a") == -1


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("nope a b", "ERR unknown command 'NOPE', with args beginning with: 'a' 'b' "),
        ("get", "ERR wrong number of arguments for 'get' command"),
        ("incr word", "ERR value is not an integer or out of range"),
        ("lpush word a", "WRONGTYPE Operation against a key holding the wrong kind of value"),
        ("set a b EX 0", "ERR invalid expire time in 'set' command"),
    ],
)
def test_errors_in_redis_words(line: str, text: str) -> None:
    store = Store(FakeClock().now)
    do(store, "set word abc")
    with pytest.raises(RedisError) as raised:
        do(store, line)
    assert str(raised.value) == text


def test_server_and_client(start: Start, run: Run, tmp_path: Path) -> None:
    config = tmp_path / "redis.conf"
    config.write_text("# from a ConfigMap\nmaxmemory 2mb\nmaxmemory-policy allkeys-lru\n")
    server = start("redis_server", str(config))
    at = ("-h", server.host, "-p", str(server.port))
    assert run("redis_cli", *at, "ping").stdout == "PONG\n"
    assert run("redis_cli", *at, "CONFIG", "GET", "maxmemory").stdout == "maxmemory\n2097152\n"
    assert run("redis_cli", *at, "set", "k", "two words").stdout == "OK\n"
    assert run("redis_cli", *at, stdin='get k\nset q "a b"\nget q\n').stdout == "two words\nOK\na b\n"
    assert "keys=2" in run("redis_cli", *at, "info", "keyspace").stdout
    failed = run("redis_cli", *at, "lpush", "k", "x")
    assert failed.returncode == 1 and failed.stdout.startswith("WRONGTYPE")
    code, out, _ = server.end()
    assert code == 0 and "Ready to accept connections" in out


def test_a_password_is_asked_for(start: Start, run: Run) -> None:
    server = start("redis_server", "--requirepass", "secret")
    at = ("-h", server.host, "-p", str(server.port))
    assert run("redis_cli", *at, "get", "k").stdout == "NOAUTH Authentication required.\n"
    assert run("redis_cli", *at, "-a", "secret", "ping").stdout == "PONG\n"


def test_a_client_without_a_server(run: Run) -> None:
    ended = run("redis_cli", "-p", "1", "ping")
    assert ended.returncode == 1
    assert ended.stderr == "Could not connect to Redis at 127.0.0.1:1: Connection refused\n"


@pytest.mark.parametrize(
    ("answer", "pretty", "raw"),
    [
        (OK, "OK", "OK"),
        (None, "(nil)", ""),
        (3, "(integer) 3", "3"),
        (b'a"b', '"a\\"b"', 'a"b'),
        ([b"a", 1], '1) "a"\n2) (integer) 1', "a\n1"),
        ([], "(empty array)", ""),
        (RedisError("ERR no"), "(error) ERR no", "ERR no"),
    ],
)
def test_how_the_client_shows_answers(answer: Any, pretty: str, raw: str) -> None:
    assert (format_pretty(answer), format_raw(answer)) == (pretty, raw)
