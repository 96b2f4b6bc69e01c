"""Write ``data/*.json`` from dumps of real servers: ``python -m ldbpy.commands.generate DUMP.json ...``.

A dump is one server's ``COMMAND`` and ``COMMAND DOCS`` as JSON (name, version, commands). Summaries and complexity
texts are not in it: their licence is not ours. Run it again with a new dump to add a server release.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["main"]

DATA = Path(__file__).parent / "data"
_KEPT = ("arity", "flags", "acl", "tips", "since", "group", "deprecated_since", "replaced_by")


def main(paths: list[str]) -> None:
    """Read every dump and write one compact table for each."""
    dumps = [json.loads(Path(path).read_text("utf-8")) for path in paths]
    specs = {name: entry for dump in dumps for name, entry in dump["commands"].items() if "key_specs" in entry}
    for dump in dumps:
        commands = {name.lower(): _entry(entry, specs.get(name, {})) for name, entry in dump["commands"].items()}
        out = DATA / f"{dump['server']}-{dump['version']}.json"
        table = {"server": dump["server"], "version": dump["version"], "commands": dict(sorted(commands.items()))}
        out.write_text(json.dumps(table, separators=(",", ":")) + "\n", "utf-8")
        print(f"{out.name}: {len(commands)} commands")


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
