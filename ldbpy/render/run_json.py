"""A whole run as one JSON object."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.runs import RunReport
from ldbpy.render.problems import problem_fields
from ldbpy.render.replies import json_text
from ldbpy.resp import DoubleStyle, format_double
from ldbpy.script.source import SourceMap

__all__ = ["render_report_json"]


def render_report_json(report: RunReport, places: SourceMap) -> bytes:
    """The reply, the problem if any, calls, logs, changes and statistics, on one line."""
    told = _object(
        reply=json_text(report.reply),
        problem=json.dumps(problem_fields(report.problem, places)),
        calls=f"[{', '.join(_call(call, places) for call in report.calls)}]",
        logs=json.dumps([_log(entry, places) for entry in report.logs]),
        changes=json.dumps([_change(change) for change in report.changes]),
        stats=json.dumps(asdict(report.stats)),
    )
    return told.encode("ascii") + b"\n"


def _object(**texts: str) -> str:
    """A JSON object of fields that are JSON already."""
    return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"


def _call(call: CommandCall, places: SourceMap) -> str:
    place = places.locate(call.line)
    return _object(
        file=json.dumps(place.file),
        line=json.dumps(place.line),
        command=json.dumps([_text(part) for part in call.argv]),
        reply=json_text(call.reply),
        microseconds=json.dumps(round(call.microseconds, 1)),
    )


def _log(entry: LogLine, places: SourceMap) -> object:
    place = places.locate(entry.line)
    return {"file": place.file, "line": place.line, "level": entry.level.name.lower(), "text": _text(entry.text)}


def _change(change: KeyChange) -> object:
    return {
        "key": _text(change.key),
        "db": change.db,
        "kind": change.kind,
        "before": _state(change.before),
        "after": _state(change.after),
    }


def _state(state: KeyState | None) -> object:
    if state is None:
        return None
    return {"type": state.type, "value": _value(state.content), "expires_at": state.expires_at}


def _value(content: object) -> object:
    match content:
        case bytes():
            return _text(content)
        case tuple():
            return [_value(item) for item in content]
        case float():
            return content if math.isfinite(content) else format_double(content, DoubleStyle.SHORTEST).decode("ascii")
        case _:
            return content


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
