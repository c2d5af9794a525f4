"""The data of the redis stand-in: commands on keys, strings, lists, hashes and sets.

A command takes its arguments as bytes and returns what the protocol sends: None, int, bytes, a list, or a Simple status.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from typing import Any, NamedTuple

Value = bytes | list[bytes] | dict[bytes, bytes] | set[bytes]


class Simple(NamedTuple):
    """A status line such as OK."""

    text: str


class RedisError(Exception):
    """An error answer; the text begins with its code."""


OK = Simple("OK")
_WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
_NO_INTEGER = "ERR value is not an integer or out of range"
_NAMES: dict[type, str] = {bytes: "string", list: "list", dict: "hash", set: "set"}


class Store:
    """One server's keys. `now` gives seconds; expired keys vanish when they are touched."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._data: dict[bytes, Value] = {}
        self._expires: dict[bytes, float] = {}

    def run(self, name: str, args: list[bytes]) -> Any:
        """Run a command by its upper-case name. Raises RedisError."""
        found = COMMANDS.get(name)
        if found is None:
            shown = " ".join(f"'{arg.decode(errors='replace')}'" for arg in args)
            raise RedisError(f"ERR unknown command '{name}', with args beginning with: {shown}" + (" " if args else ""))
        least, most, function = found
        if len(args) < least or (most is not None and len(args) > most):
            raise RedisError(f"ERR wrong number of arguments for '{name.lower()}' command")
        return function(self, *args)

    def find(self, key: bytes, kind: type | None = None) -> Any:
        """Return the live value of a key or None. Raises RedisError where it is of another kind."""
        if self._expires.get(key, self._now() + 1) <= self._now():
            self.drop(key)
        value = self._data.get(key)
        if value is not None and kind is not None and not isinstance(value, kind):
            raise RedisError(_WRONG_TYPE)
        return value

    def find_or_make(self, key: bytes, kind: type) -> Any:
        """Return the value of a key, a new empty one where there is none."""
        value = self.find(key, kind)
        if value is None:
            value = self._data[key] = kind()
        return value

    def put(self, key: bytes, value: Value, *, keep_ttl: bool = False) -> None:
        """Set a key."""
        self._data[key] = value
        if not keep_ttl:
            self._expires.pop(key, None)

    def drop(self, key: bytes) -> bool:
        """Remove a key; return whether there was one."""
        self._expires.pop(key, None)
        return self._data.pop(key, None) is not None

    def drop_if_empty(self, key: bytes) -> None:
        """Remove a list, hash or set without elements."""
        if not self._data.get(key, b"x"):
            self.drop(key)

    def expire(self, key: bytes, seconds: float) -> int:
        """Let a key live for so long; return 1, or 0 where it is not there."""
        if self.find(key) is None:
            return 0
        self._expires[key] = self._now() + seconds
        return 1

    def time_to_live(self, key: bytes) -> float:
        """Return the seconds left; -1 without an end, -2 without the key."""
        if self.find(key) is None:
            return -2
        return self._expires[key] - self._now() if key in self._expires else -1

    def persist(self, key: bytes) -> int:
        """Take the end off a key."""
        return int(self.find(key) is not None and self._expires.pop(key, None) is not None)

    def list_keys(self) -> list[bytes]:
        """Return the live keys."""
        return [key for key in list(self._data) if self.find(key) is not None]

    def clear(self) -> Simple:
        """Forget everything."""
        self._data.clear()
        self._expires.clear()
        return OK


def to_int(text: bytes) -> int:
    """Return a whole number. Raises RedisError."""
    try:
        return int(text)
    except ValueError:
        raise RedisError(_NO_INTEGER) from None


def _set(store: Store, key: bytes, value: bytes, *options: bytes) -> Any:
    words = [option.upper() for option in options]
    old = store.find(key, bytes) if b"GET" in words else store.find(key)
    if (b"NX" in words and old is not None) or (b"XX" in words and old is None):
        return old if b"GET" in words else None
    ttl = None
    for unit, factor in ((b"EX", 1.0), (b"PX", 0.001)):
        if unit in words:
            at = words.index(unit) + 1
            if at == len(words):
                raise RedisError("ERR syntax error")
            ttl = to_int(words[at]) * factor
    if ttl is not None and ttl <= 0:
        raise RedisError("ERR invalid expire time in 'set' command")
    store.put(key, value, keep_ttl=b"KEEPTTL" in words)
    if ttl is not None:
        store.expire(key, ttl)
    return old if b"GET" in words else OK


def _increase(store: Store, key: bytes, by: int) -> int:
    value = to_int(store.find(key, bytes) or b"0") + by
    store.put(key, b"%d" % value, keep_ttl=True)
    return value


def _set_many(store: Store, *pairs: bytes) -> Simple:
    if len(pairs) % 2:
        raise RedisError("ERR wrong number of arguments for 'mset' command")
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        store.put(key, value)
    return OK


def _append(store: Store, key: bytes, value: bytes) -> int:
    whole: bytes = (store.find(key, bytes) or b"") + value
    store.put(key, whole, keep_ttl=True)
    return len(whole)


def _set_if_new(store: Store, key: bytes, value: bytes) -> int:
    return int(_set(store, key, value, b"NX") is not None)


def _match_keys(store: Store, pattern: bytes) -> list[bytes]:
    glob = pattern.decode(errors="replace")
    return [key for key in store.list_keys() if fnmatch.fnmatchcase(key.decode(errors="replace"), glob)]


def _scan(store: Store, cursor: bytes, *options: bytes) -> list[Any]:
    words = [option.upper() for option in options]
    pattern = options[words.index(b"MATCH") + 1] if b"MATCH" in words[:-1] else b"*"
    return [b"0", _match_keys(store, pattern)]


def _rename(store: Store, old: bytes, new: bytes) -> Simple:
    value, ttl = store.find(old), store.time_to_live(old)
    if value is None:
        raise RedisError("ERR no such key")
    store.drop(old)
    store.put(new, value)
    if ttl >= 0:
        store.expire(new, ttl)
    return OK


def _push(store: Store, key: bytes, *values: bytes, left: bool) -> int:
    items: list[bytes] = store.find_or_make(key, list)
    if left:
        items[:0] = reversed(values)
    else:
        items += values
    return len(items)


def _pop(store: Store, key: bytes, *count: bytes, left: bool) -> Any:
    items: list[bytes] | None = store.find(key, list)
    if items is None:
        return None
    number = to_int(count[0]) if count else 1
    taken = [items.pop(0 if left else -1) for _ in range(min(number, len(items)))]
    store.drop_if_empty(key)
    return taken if count else taken[0]


def _range(store: Store, key: bytes, start: bytes, stop: bytes) -> list[bytes]:
    items: list[bytes] = store.find(key, list) or []
    first, last = to_int(start), to_int(stop)
    first = max(first + len(items), 0) if first < 0 else first
    last = last + len(items) if last < 0 else last
    return items[first : last + 1]


def _index(store: Store, key: bytes, index: bytes) -> bytes | None:
    items: list[bytes] = store.find(key, list) or []
    at = to_int(index)
    return items[at] if -len(items) <= at < len(items) else None


def _hash_set(store: Store, key: bytes, *pairs: bytes) -> int:
    if len(pairs) % 2:
        raise RedisError("ERR wrong number of arguments for 'hset' command")
    table: dict[bytes, bytes] = store.find_or_make(key, dict)
    before = len(table)
    table.update(zip(pairs[::2], pairs[1::2], strict=True))
    return len(table) - before


def _hash_delete(store: Store, key: bytes, *names: bytes) -> int:
    table: dict[bytes, bytes] = store.find(key, dict) or {}
    gone = sum(table.pop(name, None) is not None for name in names)
    store.drop_if_empty(key)
    return gone


def _hash_increase(store: Store, key: bytes, name: bytes, by: bytes) -> int:
    table: dict[bytes, bytes] = store.find_or_make(key, dict)
    value = to_int(table.get(name, b"0")) + to_int(by)
    table[name] = b"%d" % value
    return value


def _set_add(store: Store, key: bytes, *members: bytes) -> int:
    group: set[bytes] = store.find_or_make(key, set)
    before = len(group)
    group.update(members)
    return len(group) - before


def _set_remove(store: Store, key: bytes, *members: bytes) -> int:
    group: set[bytes] = store.find(key, set) or set()
    before = len(group)
    group.difference_update(members)
    gone = before - len(group)
    store.drop_if_empty(key)
    return gone


def _table(store: Store, key: bytes) -> dict[bytes, bytes]:
    return store.find(key, dict) or {}


def _group(store: Store, key: bytes) -> set[bytes]:
    return store.find(key, set) or set()


Command = tuple[int, int | None, Callable[..., Any]]
COMMANDS: dict[str, Command] = {
    "SET": (2, 7, _set),
    "GET": (1, 1, lambda s, k: s.find(k, bytes)),
    "GETSET": (2, 2, lambda s, k, v: _set(s, k, v, b"GET")),
    "GETDEL": (1, 1, lambda s, k: (s.find(k, bytes), s.drop(k))[0]),
    "SETNX": (2, 2, _set_if_new),
    "SETEX": (3, 3, lambda s, k, t, v: _set(s, k, v, b"EX", t)),
    "PSETEX": (3, 3, lambda s, k, t, v: _set(s, k, v, b"PX", t)),
    "MSET": (2, None, _set_many),
    "MGET": (1, None, lambda s, *ks: [v if isinstance(v := s.find(k), bytes) else None for k in ks]),
    "APPEND": (2, 2, _append),
    "STRLEN": (1, 1, lambda s, k: len(s.find(k, bytes) or b"")),
    "INCR": (1, 1, lambda s, k: _increase(s, k, 1)),
    "DECR": (1, 1, lambda s, k: _increase(s, k, -1)),
    "INCRBY": (2, 2, lambda s, k, n: _increase(s, k, to_int(n))),
    "DECRBY": (2, 2, lambda s, k, n: _increase(s, k, -to_int(n))),
    "DEL": (1, None, lambda s, *ks: sum(s.find(k) is not None and s.drop(k) for k in ks)),
    "UNLINK": (1, None, lambda s, *ks: sum(s.find(k) is not None and s.drop(k) for k in ks)),
    "EXISTS": (1, None, lambda s, *ks: sum(s.find(k) is not None for k in ks)),
    "EXPIRE": (2, 2, lambda s, k, t: s.expire(k, to_int(t))),
    "PEXPIRE": (2, 2, lambda s, k, t: s.expire(k, to_int(t) / 1000)),
    "TTL": (1, 1, lambda s, k: round(s.time_to_live(k))),
    "PTTL": (1, 1, lambda s, k: int(t * 1000) if (t := s.time_to_live(k)) >= 0 else int(t)),
    "PERSIST": (1, 1, lambda s, k: s.persist(k)),
    "KEYS": (1, 1, _match_keys),
    "SCAN": (1, None, _scan),
    "TYPE": (1, 1, lambda s, k: Simple(_NAMES.get(type(s.find(k)), "none"))),
    "RENAME": (2, 2, _rename),
    "DBSIZE": (0, 0, lambda s: len(s.list_keys())),
    "FLUSHDB": (0, 1, lambda s, *_: s.clear()),
    "FLUSHALL": (0, 1, lambda s, *_: s.clear()),
    "LPUSH": (2, None, lambda s, k, *vs: _push(s, k, *vs, left=True)),
    "RPUSH": (2, None, lambda s, k, *vs: _push(s, k, *vs, left=False)),
    "LPOP": (1, 2, lambda s, k, *n: _pop(s, k, *n, left=True)),
    "RPOP": (1, 2, lambda s, k, *n: _pop(s, k, *n, left=False)),
    "LLEN": (1, 1, lambda s, k: len(s.find(k, list) or ())),
    "LRANGE": (3, 3, _range),
    "LINDEX": (2, 2, _index),
    "HSET": (3, None, _hash_set),
    "HMSET": (3, None, lambda s, k, *ps: (_hash_set(s, k, *ps), OK)[1]),
    "HGET": (2, 2, lambda s, k, f: _table(s, k).get(f)),
    "HMGET": (2, None, lambda s, k, *fs: [_table(s, k).get(f) for f in fs]),
    "HGETALL": (1, 1, lambda s, k: [x for pair in _table(s, k).items() for x in pair]),
    "HDEL": (2, None, _hash_delete),
    "HLEN": (1, 1, lambda s, k: len(_table(s, k))),
    "HKEYS": (1, 1, lambda s, k: list(_table(s, k))),
    "HVALS": (1, 1, lambda s, k: list(_table(s, k).values())),
    "HEXISTS": (2, 2, lambda s, k, f: int(f in _table(s, k))),
    "HINCRBY": (3, 3, _hash_increase),
    "SADD": (2, None, _set_add),
    "SREM": (2, None, _set_remove),
    "SMEMBERS": (1, 1, lambda s, k: sorted(_group(s, k))),
    "SISMEMBER": (2, 2, lambda s, k, m: int(m in _group(s, k))),
    "SCARD": (1, 1, lambda s, k: len(_group(s, k))),
}
