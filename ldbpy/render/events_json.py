"""What happens in a session as JSON, an object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ldbpy.model.calls import CommandCall
from ldbpy.model.debugging import Ended, Event, Output, Stopped, Value
from ldbpy.render.problems import problem_fields
from ldbpy.render.replies import json_text
from ldbpy.resp import ErrorReply
from ldbpy.script.source import SourceMap

__all__ = ["EVENT_FIELDS", "event_json", "text_json"]

EVENT_FIELDS: Mapping[str, Mapping[str, str]] = {
    "stopped": {
        "reason": "exception, data breakpoint, breakpoint, command breakpoint, function breakpoint, step, pause, entry",
        "file": "the file the line is of",
        "line": "the line, from 1; 0 in a chunk the script loaded",
        "column": "the column in bytes, from 1",
        "thread": "1 for the script itself, others for coroutines",
        "statement": "how many statements have begun",
        "breakpoints": "the numbers of the breakpoints met",
        "call": "the command it stands before (without reply) or after",
        "error": "kind (uncaught, caught, reply) and message, at an error",
        "changes": "the keys a command changed, at a breakpoint on a key",
        "note": "what else there is to say",
    },
    "output": {
        "kind": "log, debug, logpoint, command or notice",
        "file": "the file the line is of",
        "line": "the line, from 1",
        "text": "the text",
        "level": "of redis.log: debug, verbose, notice or warning",
        "values": "of redis.debug and logpoints: kind and value of each",
        "call": "the command that ran; `left_out` if a server's debugger told only the first ten arguments",
    },
    "ended": {
        "reply": "what a client would get",
        "error": "the error reply, if it is one",
        "problem": "kind, message, file and line, if the script failed",
        "changes": "the keys the script changed",
        "kept": "whether the changes were kept",
        "failed": "whether it ended with an error, of its own or by a limit",
        "aborted": "whether the script was ended from outside",
        "statements": "how many statements it began",
    },
    "console": {"text": "what a command of the debugger told"},
}
"""The fields of each event besides ``event`` and ``seq``; those that say nothing are left out."""


def event_json(event: Event, places: SourceMap) -> str:
    """One event as a line of JSON."""
    match event:
        case Stopped():
            fields = _stopped(event, places)
        case Output():
            fields = _output(event, places)
        case Ended():
            fields = _ended(event, places)
    told = {key: value for key, value in fields.items() if value not in (None, "", [], ())}
    return json.dumps({"seq": event.seq, **told}, ensure_ascii=False)


def text_json(text: str) -> str:
    """What a command told, as a line of JSON."""
    return json.dumps({"event": "console", "text": text}, ensure_ascii=False)


def _stopped(event: Stopped, places: SourceMap) -> dict[str, Any]:
    location = places.locate(event.line)
    error = event.error
    return {
        "event": "stopped",
        "reason": event.reason.value,
        "file": location.file,
        "line": location.line,
        "column": event.column,
        "thread": event.thread,
        "statement": event.statement,
        "breakpoints": list(event.breakpoints),
        "call": _call(event.call, places, told=not event.before_call),
        "error": None if error is None else {"kind": error.kind, "message": _text(error.message)},
        "changes": [{"key": _text(change.key), "kind": change.kind} for change in event.changes],
        "note": event.note,
    }


def _output(event: Output, places: SourceMap) -> dict[str, Any]:
    location = places.locate(event.line)
    return {
        "event": "output",
        "kind": event.kind.value,
        "file": location.file,
        "line": location.line,
        "text": _text(event.text),
        "level": None if event.level is None else event.level.name.lower(),
        "values": [_value(value) for value in event.values],
        "call": _call(event.call, places, told=True),
    }


def _ended(event: Ended, places: SourceMap) -> dict[str, Any]:
    reply = event.report.reply
    failed = isinstance(reply, ErrorReply)
    return {
        "event": "ended",
        "reply": None if isinstance(reply, ErrorReply) else json.loads(json_text(reply)),
        "error": _text(reply.message) if isinstance(reply, ErrorReply) else None,
        "problem": problem_fields(event.report.problem, places),
        "changes": [{"key": _text(change.key), "kind": change.kind} for change in event.report.changes],
        "kept": event.kept,
        "aborted": event.aborted,
        "statements": event.statements,
        "failed": failed or event.report.problem is not None,
    }


def _call(call: CommandCall | None, places: SourceMap, *, told: bool) -> dict[str, Any] | None:
    if call is None:
        return None
    place = places.locate(call.line)
    fields: dict[str, Any] = {"argv": [_text(part) for part in call.argv], "file": place.file, "line": place.line}
    if call.left_out:
        fields["left_out"] = call.left_out
    if told:
        fields |= {"reply": json.loads(json_text(call.reply)), "microseconds": round(call.microseconds, 1)}
    return fields


def _value(value: Value) -> dict[str, Any]:
    data = _text(value.data) if isinstance(value.data, bytes) else value.data
    return {"kind": value.kind.value, "value": data} | ({"size": value.size} if value.size else {})


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
