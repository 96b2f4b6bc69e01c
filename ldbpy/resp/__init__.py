"""RESP values, their wire form, and the number formats of the servers. Pure functions, no I/O."""

from ldbpy.resp.numbers import INT64_MAX, INT64_MIN, DoubleStyle, format_double, parse_double, parse_integer
from ldbpy.resp.values import (
    NIL_ARRAY,
    OK,
    BigNumber,
    Double,
    ErrorReply,
    MapReply,
    NilArray,
    Reply,
    SetReply,
    Status,
    Verbatim,
    texts_in,
)
from ldbpy.resp.wire import c_string, downgrade, encode, one_line

__all__ = [
    "INT64_MAX",
    "INT64_MIN",
    "NIL_ARRAY",
    "OK",
    "BigNumber",
    "Double",
    "DoubleStyle",
    "ErrorReply",
    "MapReply",
    "NilArray",
    "Reply",
    "SetReply",
    "Status",
    "Verbatim",
    "c_string",
    "downgrade",
    "encode",
    "format_double",
    "one_line",
    "parse_double",
    "parse_integer",
    "texts_in",
]
