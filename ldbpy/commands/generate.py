"""Write ``data/*.json`` from dumps of real servers: ``python -m ldbpy.commands.generate DUMP.json ...``.

A dump is one server's ``COMMAND`` and ``COMMAND DOCS`` as JSON (name, version, commands). Summaries and complexity
texts are not in it: their licence is not ours. Run it again with a new dump to add a server release.

``python -m ldbpy.commands.generate modules`` writes ``modules.json``, the commands of Redis' modules: those servers
were built without them. It is made of ``commands.json`` of fakeredis 2.40 (BSD licence): names, arity, flags, first and
last key; and of what is noted below by hand.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from ldbpy.commands.live import key_spec

__all__ = ["main"]

DATA = Path(__file__).parent / "data"
_KEPT = ("arity", "flags", "acl", "since", "group", "deprecated_since", "replaced_by")
_FAMILIES = ("bf", "cf", "cms", "json", "tdigest", "topk", "ts")
_LATER = {"ts.nrange", "ts.nrevrange", "ts.querylabels", "ts.read"}  # than Redis 8.6
_ELSEWHERE = {  # name: arity, whether it writes; not in fakeredis
    "bf.debug": (2, False),
    "cf.compact": (2, True),
    "cf.debug": (2, False),
    "json.debug": (-2, False),
    "json.resp": (-2, False),
    "ft._list": (1, False),
    "ft.aggregate": (-3, False),
    "ft.aliasadd": (3, True),
    "ft.aliasdel": (2, True),
    "ft.aliasupdate": (3, True),
    "ft.alter": (-5, True),
    "ft.config": (-3, False),
    "ft.create": (-4, True),
    "ft.cursor": (-4, False),
    "ft.dictadd": (-3, True),
    "ft.dictdel": (-3, True),
    "ft.dictdump": (2, False),
    "ft.dropindex": (-2, True),
    "ft.explain": (-3, False),
    "ft.explaincli": (-3, False),
    "ft.info": (2, False),
    "ft.profile": (-5, False),
    "ft.search": (-3, False),
    "ft.spellcheck": (-3, False),
    "ft.sugadd": (-4, True),
    "ft.sugdel": (3, True),
    "ft.sugget": (-3, False),
    "ft.suglen": (2, False),
    "ft.syndump": (2, False),
    "ft.synupdate": (-4, True),
    "ft.tagvals": (3, False),
}
_WRITTEN = {"flags": ["RW", "access", "update"], "index": 1, "last": 0, "step": 1, "limit": 0}
_COUNTED = {"flags": ["RO", "access"], "index": 2, "count_at": 0, "first": 1, "step": 1}
_KEYS = {  # where the first and last key do not tell
    "cms.merge": [_WRITTEN, _COUNTED],
    "tdigest.merge": [_WRITTEN, _COUNTED],
    "json.mget": [{"flags": ["RO", "access"], "index": 1, "last": -2, "step": 1, "limit": 0}],
    "json.mset": [{**_WRITTEN, "last": -1, "step": 3}],
    "ts.madd": [{**_WRITTEN, "last": -1, "step": 3}],
}


def modules() -> None:
    """Write the table of the commands of Redis' modules."""
    fakeredis = importlib.util.find_spec("fakeredis")
    assert fakeredis is not None, "fakeredis is not installed"
    assert fakeredis.origin is not None
    known = json.loads(Path(fakeredis.origin).with_name("commands.json").read_text("utf-8"))
    commands = {
        name: _module_entry(name, *info[1:7])
        for name, info in known.items()
        if name.partition(".")[0] in _FAMILIES and "." in name and name not in _LATER
    }
    for name, (arity, writes) in _ELSEWHERE.items():
        flags = ["denyoom", "write"] if writes else ["readonly"]
        keys = (1, 1, 1) if name.startswith(("json.resp", "bf.", "cf.")) else (0, 0, 0)
        commands[name] = _module_entry(name, arity, flags, *keys, [])
    _write("redis", "modules", DATA / "modules.json", commands)


def _module_entry(
    name: str, arity: int, flags: list[str], first: int, last: int, step: int, acl: list[str]
) -> dict[str, Any]:
    """One command; ``first`` and ``last`` key are places among the arguments, as in COMMAND."""
    entry: dict[str, Any] = {"arity": arity, "flags": sorted({*flags, "module"}), "group": name.partition(".")[0]}
    if acl:
        entry["acl"] = acl
    if first:
        entry["keys"] = _KEYS.get(name, [key_spec(flags, first, last, step)])
    return entry


def main(paths: list[str]) -> None:
    """Read every dump and write one compact table for each."""
    if paths == ["modules"]:
        modules()
        return
    dumps = [json.loads(Path(path).read_text("utf-8")) for path in paths]
    specs = {name: entry for dump in dumps for name, entry in dump["commands"].items() if "key_specs" in entry}
    for dump in dumps:
        commands = {name.lower(): _entry(entry, specs.get(name, {})) for name, entry in dump["commands"].items()}
        server, version = dump["server"], dump["version"]
        _write(server, version, DATA / f"{server}-{version}.json", commands)


def _write(server: str, version: str, file: Path, commands: dict[str, Any]) -> None:
    """Write JSON with a command a line: ``ldbpy.commands.table`` reads it so, and parses only what is asked for."""
    head = json.dumps({"server": server, "version": version}, separators=(",", ":")).removesuffix("}")
    lines = [f"{json.dumps(name)}:{json.dumps(commands[name], separators=(',', ':'))}" for name in sorted(commands)]
    file.write_text(f'{head},"commands":{{\n' + ",\n".join(lines) + "\n}}\n", "utf-8")
    print(f"{file.name}: {len(commands)} commands")


def _entry(dumped: dict[str, Any], other_release: dict[str, Any]) -> dict[str, Any]:
    entry = {key: dumped[key] for key in _KEPT if dumped.get(key)}
    # Redis 6.2 does not tell key specs, groups and arguments: a later release's are the same for what both have.
    entry.setdefault("group", other_release.get("group", "module"))
    entry.setdefault("since", other_release.get("since", ""))
    keys = [_key_spec(spec) for spec in dumped.get("key_specs", other_release.get("key_specs", ()))]
    if keys:
        entry["keys"] = keys
    arguments = dumped.get("arguments", other_release.get("arguments"))
    if arguments:
        entry["arguments"] = arguments
    if "subcommands" in dumped:
        entry["subcommands"] = {name: _entry(sub, {}) for name, sub in dumped["subcommands"].items()}
    return entry


def _key_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """A key spec in one level: flags, how to begin (``index`` or ``keyword`` and ``from``), how to go on."""
    begin, find = spec["begin_search"], spec["find_keys"]
    flat: dict[str, Any] = {"flags": spec["flags"]}
    if begin["type"] == "index":
        flat["index"] = begin["spec"]["index"]
    elif begin["type"] == "keyword":
        flat["keyword"] = begin["spec"]["keyword"]
        flat["from"] = begin["spec"]["startfrom"]
    if find["type"] == "range":
        flat["last"] = find["spec"]["lastkey"]
        flat["step"] = find["spec"]["keystep"]
        flat["limit"] = find["spec"]["limit"]
    elif find["type"] == "keynum":
        flat["count_at"] = find["spec"]["keynumidx"]
        flat["first"] = find["spec"]["firstkey"]
        flat["step"] = find["spec"]["keystep"]
    return flat


if __name__ == "__main__":
    main(sys.argv[1:])
