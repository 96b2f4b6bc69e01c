"""A whole run as one JSON object."""

from __future__ import annotations

import json

from ldbpy.model.changes import KeyState
from ldbpy.model.runs import RunReport
from ldbpy.render.replies import json_value
from ldbpy.script.source import SourceMap

__all__ = ["render_report_json"]


def render_report_json(report: RunReport, places: SourceMap) -> bytes:
    """The reply, the problem if any, calls, logs, changes and statistics, on one line."""
    told = {
        "reply": json_value(report.reply),
        "problem": _problem(report, places),
        "calls": [
            {
                "line": call.line,
                "command": [_text(part) for part in call.argv],
                "reply": json_value(call.reply),
                "microseconds": round(call.microseconds, 1),
            }
            for call in report.calls
        ],
        "logs": [
            {"line": entry.line, "level": entry.level.name.lower(), "text": _text(entry.text)} for entry in report.logs
        ],
        "changes": [
            {
                "key": _text(change.key),
                "db": change.db,
                "kind": change.kind,
                "before": _state(change.before),
                "after": _state(change.after),
            }
            for change in report.changes
        ],
        "stats": {
            "seconds": report.stats.seconds,
            "commands": report.stats.commands,
            "instructions": report.stats.instructions,
            "memory": report.stats.memory,
        },
    }
    return json.dumps(told).encode("ascii") + b"\n"


def _problem(report: RunReport, places: SourceMap) -> object:
    problem = report.problem
    if problem is None:
        return None
    place = places.locate(problem.line) if problem.line is not None else None
    return {
        "kind": problem.kind,
        "message": problem.message,
        "file": place.file if place else places.file,
        "line": place.line if place else None,
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
        case _:
            return content


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
