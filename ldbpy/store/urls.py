"""URLs of servers: which are none, and how they are shown."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

__all__ = ["SCHEMES", "URL_HINT", "place_of", "problem_in", "safe_url", "url_at"]

SCHEMES: Final = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
"""What a URL may begin with, and what redis-py calls it."""
_QUERY: Final = frozenset({"db", "username", "password", "client_name"})
_TLS_QUERY: Final = frozenset(
    {
        *("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_password"),
        *("ssl_cert_reqs", "ssl_check_hostname"),
    }
)
URL_HINT: Final = "one of redis://host:port/db, rediss://…, valkey://…, unix:///path, or embedded"


def problem_in(url: str) -> str | None:
    """What is wrong with a URL, None if nothing is. Says nothing that may be part of a password."""
    scheme, found, _ = url.partition("://")
    if not found or scheme.lower() not in SCHEMES:
        return "it does not begin as one"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "its host or port cannot be read (in a password, write : / @ [ ] as %3A %2F %40 %5B %5D)"
    known = _QUERY | (_TLS_QUERY if SCHEMES[scheme.lower()] == "rediss" else frozenset())
    if not known.issuperset(parse_qs(parts.query, keep_blank_values=True)):
        return f"it has an option that is none of {', '.join(sorted(known))}"
    return _problem_in_path(scheme.lower(), parts)


def _problem_in_path(scheme: str, parts: SplitResult) -> str | None:
    database = parse_qs(parts.query).get("db", [""])[0]
    if scheme == "unix":
        if parts.hostname or not parts.path.strip("/"):
            return "it needs the full path of a socket, as in unix:///run/redis/redis.sock"
    elif not database:
        database = parts.path.strip("/")
    if database and not (database.isascii() and database.isdecimal()):
        return "its database is no number"
    return None


def safe_url(url: str) -> str:
    """The URL without its password and its options, whatever else may be wrong with it."""
    scheme, found, rest = url.partition("://")
    if not found:
        return url if "@" not in url else "…"
    if "@" in rest.partition("?")[2]:
        return f"{scheme}://…"  # a part of a password perhaps, before or behind the question mark
    login, at, place = rest.partition("?")[0].rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}://{user + ':' if colon else ''}{'***' if at else ''}{at}{place}"


def place_of(url: str) -> str:
    """Where a URL leads: host and port, or the socket, whatever the login, the database and the options."""
    scheme, _, rest = url.partition("://")
    place = rest.partition("?")[0].rpartition("@")[2]
    return place if scheme.lower() == "unix" else place.partition("/")[0].lower()


def url_at(url: str, host: str, port: int) -> str:
    """The URL of another server with the same login and options; of the same host if none is given."""
    parts = urlsplit(url)
    if parts.scheme.lower() == "unix":
        login, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(("redis", f"{login}{at}{_bracketed(host or '127.0.0.1')}:{port}", "", parts.query, ""))
    login, at, _ = parts.netloc.rpartition("@")
    place = _bracketed(host or parts.hostname or "localhost")
    return urlunsplit((parts.scheme, f"{login}{at}{place}:{port}", parts.path, parts.query, ""))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
