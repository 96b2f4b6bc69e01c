"""Everything that servers do differently, in one table.

``Feature`` names one difference in behaviour each, with the releases that have it. No other module compares versions.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

__all__ = ["Feature", "features_of"]


class Feature(StrEnum):
    """One difference between servers. The comment says what a server with the feature does."""

    # Scripts
    SHEBANGS = "shebangs"  # a script may begin with #!lua
    NESTED_LONG_BRACKETS = "nested_long_brackets"  # [[ a [[ b ]] is a string, not a mistake
    DECLARED_KEYS_ONLY = "declared_keys_only"  # commands may touch KEYS only, unless the first line says otherwise
    SCRIPTING_ENGINES = "scripting_engines"  # the shebang names one of several engines, in any case
    FUNCTIONS = "functions"  # FUNCTION LOAD, FCALL
    FUNCTIONS_CHECKED_LATE = "functions_checked_late"  # names of functions are checked once their library has run
    ERROR_TABLES = "error_tables"  # redis.call raises a table; texts begin with a code
    ONE_WORD_ERRORS_TRIMMED = "one_word_errors_trimmed"  # redis.error_reply("text\\n") drops the line break
    PCALL_GIVES_TEXT = "pcall_gives_text"  # pcall gives the text of an error table
    SCRIPT_NAME_IN_ERRORS = "script_name_in_errors"  # "script: <sha1>, on @user_script:1.", not "script: on ..."
    RICH_RETURNS = "rich_returns"  # a script may return {big_number=...} and {verbatim_string=...}
    BIG_NUMBERS_END_AT_ZERO = "big_numbers_end_at_zero"  # a returned big number is a C string
    STRING_METATABLE_READ_ONLY = "string_metatable_read_only"
    LUA_ENVIRONMENTS = "lua_environments"  # getfenv, setfenv and newproxy are there
    LUA_PRINT = "lua_print"  # print is there
    LUA_OS = "lua_os"  # os.clock is there
    ACL_CHECK_CMD = "acl_check_cmd"  # redis.acl_check_cmd is there
    ACL_CHECK_CMD_ARITY = "acl_check_cmd_arity"  # ... and refuses a wrong number of arguments
    CJSON_ARRAY_MT = "cjson_array_mt"  # cjson.decode_array_with_array_mt is there
    DOUBLES_ARE_NUMBERS = (
        "doubles_are_numbers"  # ZSCORE gives a script a number, and a number with a fraction stays one
    )
    VERSION_CONSTANTS = "version_constants"  # redis.REDIS_VERSION and REDIS_VERSION_NUM are there
    REPLICATION_CHOICE = "replication_choice"  # redis.replicate_commands says no once the script has written
    SEED_PER_SCRIPT = "seed_per_script"  # math.random starts anew in every script
    SUBCOMMAND_ERROR_IN_SCRIPT = "subcommand_error_in_script"  # an unknown subcommand is told as outside a script
    SHORT_NOSCRIPT = "short_noscript"  # "NOSCRIPT No matching script."
    EVAL_CACHE_LIMIT = "eval_cache_limit"  # of scripts known only from EVAL, 500 are kept
    SCRIPT_SHOW = "script_show"  # SCRIPT SHOW is there
    # Commands
    SHORT_DOUBLES = "short_doubles"  # numbers with a fraction have as few digits as tell them apart, not up to 17
    LISTPACK_SETS = "listpack_sets"  # small sets keep the order of insertion
    LISTPACK_LISTS = "listpack_lists"  # OBJECT ENCODING of a small list is listpack, not quicklist
    LISTPACKS = "listpacks"  # small hashes and sorted sets are listpacks, not ziplists
    QUOTED_COMMAND_IN_ERRORS = "quoted_command_in_errors"  # "invalid expire time in 'set' command", not "in set"
    SET_NX_GET = "set_nx_get"  # SET allows NX with GET, and looks at the old value first
    GETEX_CHECKS_TIME_FIRST = "getex_checks_time_first"  # GETEX refuses a bad time even when there is no key
    SET_IFEQ = "set_ifeq"  # SET has IFEQ
    SET_IFNE = "set_ifne"  # SET has IFNE, IFDEQ and IFDNE
    MSETEX_EXPLAINS_COUNT = "msetex_explains_count"  # MSETEX with too few pairs: told so, not a syntax error
    DECRBY_CHECKS_MINIMUM = "decrby_checks_minimum"  # DECRBY of the smallest integer is refused at once
    LREM_CHECKS_MINIMUM = "lrem_checks_minimum"  # LREM refuses the smallest integer as count
    LPOS_CHECKS_MINIMUM = "lpos_checks_minimum"  # LPOS refuses the smallest integer as RANK
    LPOS_EXPLAINS_NEGATIVE = "lpos_explains_negative"  # LPOS RANK 0: the error tells of negative ranks
    SELECT_CHECKS_INT_RANGE = "select_checks_int_range"  # a database number that is no int: the error names the range
    LISTPACK_WITH_EXPIRY = "listpack_with_expiry"  # a small hash with expiring fields is a listpackex
    HSETNX_CONVERTS_FIRST = "hsetnx_converts_first"  # HSETNX of a long value makes a hash table even if it sets nothing
    HINCRBY_CONVERTS = "hincrby_converts"  # HINCRBY of a new field with a long name makes a hash table
    FIELDS_LIKE_KEYS = "fields_like_keys"  # HEXPIRE, HGETEX, HSETEX take what EXPIRE, GETEX, SET do (Valkey)
    FIELDS_ANYWHERE = "fields_anywhere"  # FIELDS and the options of HEXPIRE, HGETEX and HSETEX in any order (Redis)
    SHARED_INTEGERS = "shared_integers"  # OBJECT REFCOUNT of 0 to 9999 is 2147483647
    KEY_BESIDE_VALUE = "key_beside_value"  # a string is embstr if it is short together with its key
    KEY_BESIDE_LONG_VALUE = "key_beside_long_value"  # ... to 113 bytes, not 41
    SCRIPT_NUMBERS_STAY_TEXT = "script_numbers_stay_text"  # what a script sets has the encoding embstr, even 10
    ZSCAN_NOSCORES = "zscan_noscores"  # ZSCAN has NOSCORES
    HSCAN_NOVALUES = "hscan_novalues"  # HSCAN has NOVALUES
    SCAN_CHECKS_TYPE = "scan_checks_type"  # SCAN refuses a TYPE there is not
    TIME_STANDS_STILL = "time_stands_still"  # TIME answers the same throughout a script
    BIT_RANGES = "bit_ranges"  # BITCOUNT and BITPOS take BYTE and BIT
    BITCOUNT_CHECKS_ARGUMENTS_FIRST = "bitcount_checks_arguments_first"  # before the key is looked at
    BITCOUNT_START_ONLY = "bitcount_start_only"  # BITCOUNT takes a start without an end
    BITPOS_CHECKS_ARGUMENTS_FIRST = "bitpos_checks_arguments_first"  # before the key is looked at
    BITOP_DIFF = "bitop_diff"  # BITOP has DIFF, DIFF1, ANDOR and ONE
    STRICT_CURSORS = "strict_cursors"  # SCAN refuses a negative or empty cursor
    PRINT_THIS_HELP = "print_this_help"  # last line of HELP: "Print this help.", not "Prints"
    STREAM_COUNTERS = "stream_counters"  # streams count entries and groups reads; also XADD 5-*
    LAG_SEES_GAPS = "lag_sees_gaps"  # a group's lag minds what XDEL took after its last id
    LAG_SEES_TRIMMING = "lag_sees_trimming"  # a group's lag minds what was trimmed away before it was read
    READ_COUNT_RESTARTS = "read_count_restarts"  # a group whose last id was trimmed away counts its reads anew
    ENTRIES_READ_CAPPED = "entries_read_capped"  # XGROUP takes no ENTRIESREAD above the entries ever added
    CONSUMER_ACTIVE_TIME = "consumer_active_time"  # XINFO tells it; XCLAIM always makes the consumer
    CLAIM_SKIPS_DELETED = "claim_skips_deleted"  # XCLAIM and XAUTOCLAIM drop deleted entries instead of claiming them
    READ_MAKES_CONSUMER = "read_makes_consumer"  # XREADGROUP makes the consumer even if there is nothing to read
    XADD_NAMES_OVERFLOW = "xadd_names_overflow"  # XADD 5-* after 5-<highest>: refused for its id
    XREAD_LAST_ENTRY = "xread_last_entry"  # XREAD has the id +
    XREAD_LAST_LIVE_ENTRY = "xread_last_live_entry"  # which finds the last entry even if a later one was deleted
    XSETID_CHECKS_DELETED = "xsetid_checks_deleted"  # XSETID refuses an id below the highest deleted one
    XREAD_LAST_REFUSES_NONE = "xread_last_refuses_none"  # + is an error for a stream that never had an entry
    XREAD_BLOCK_IN_SCRIPTS = "xread_block_in_scripts"  # scripts may give XREAD a BLOCK option
    XREADGROUP_CLAIM = "xreadgroup_claim"  # XREADGROUP has CLAIM
    UNBALANCED_NAMES_COMMAND = "unbalanced_names_command"  # "Unbalanced 'xread' list", not "Unbalanced XREAD list"
    UNBALANCED_NAMES_PLUS = "unbalanced_names_plus"  # that error of XREAD mentions +
    STREAM_REFERENCES = "stream_references"  # XADD and XTRIM have KEEPREF, DELREF and ACKED
    STREAM_IDEMPOTENCY = "stream_idempotency"  # XADD has IDMP and IDMPAUTO
    ZADD_GROWS_AHEAD = "zadd_grows_ahead"  # more than 128 pairs for ZADD make a skip list at once, new or not
    ZADD_GROWS_AHEAD_BY_LENGTH = "zadd_grows_ahead_by_length"  # so does a member of more than 64 bytes
    ZPOP_CHECKS_COUNT = "zpop_checks_count"  # ZPOPMIN refuses a negative count
    NEGATIVE_OFFSETS = "negative_offsets"  # LIMIT -1 counts from the end of a range in a skip list
    STORED_RANGES_BIG = "stored_ranges_big"  # ZRANGESTORE by score or member makes a skip list
    HEX_SCORES = "hex_scores"  # scores and the like may be hexadecimal
    STRTOD_RANGES = "strtod_ranges"  # ends of score ranges may be hexadecimal and begin with spaces
    CHECKED_TIMEOUTS = "checked_timeouts"  # timeouts that overflow are "out of range"
    GEO_UNITS_IN_ANY_CASE = "geo_units_in_any_case"  # KM is a unit as km is
    GEO_MERIDIAN_DISTANCE = "geo_meridian_distance"  # distances along a meridian by the shorter formula
    GEO_NEAR_MERIDIAN_DISTANCE = "geo_near_meridian_distance"  # or nearly along one
    GEO_FIXED_POINT = "geo_fixed_point"  # distances are rounded after multiplication by 10000
    GEO_STORE_ERROR_NAMES = "geo_store_error_names"  # the error of a search that stores names GEOSEARCHSTORE
    GEO_MEMBER_ERROR_NAMES = "geo_member_error_names"  # searches around a missing member: the error names it
    GEO_POLYGON = "geo_polygon"  # GEOSEARCH has BYPOLYGON
    SAME_BITS_UNCHANGED = "same_bits_unchanged"  # SETBIT and BITFIELD that write what is there: nothing for WATCH
    WHOLE_LTRIM_UNCHANGED = "whole_ltrim_unchanged"  # so is an LTRIM that takes nothing away
    TRANSACTION_NAMES_REFUSED = "transaction_names_refused"  # MULTI names the command it does not queue
    QUEUE_NEEDS_MEMORY = "queue_needs_memory"  # MULTI queues nothing when out of memory, not even what frees some
    COMPACT_UNKNOWN_COMMAND = "compact_unknown_command"  # "unknown command 'x', with args beginning with: 'a' 'b' "


class _Who(NamedTuple):
    """Which releases have a feature: from ``redis`` and ``valkey`` on; None: no release of that product has."""

    redis: tuple[int, int] | None
    valkey: tuple[int, int] | None
    redis_until: tuple[int, int] = (99, 0)
    valkey_until: tuple[int, int] = (99, 0)
    dragonfly: bool | None = None
    """None: it does as the Redis release whose commands it has."""

    def has(self, product: str, version: tuple[int, int]) -> bool:
        if product == "dragonfly" and self.dragonfly is not None:
            return self.dragonfly
        if product == "valkey":
            return self.valkey is not None and self.valkey <= version < self.valkey_until
        return self.redis is not None and self.redis <= version < self.redis_until


_WHO: Final = {
    Feature.SHEBANGS: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.NESTED_LONG_BRACKETS: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.DECLARED_KEYS_ONLY: _Who(None, None, dragonfly=True),
    Feature.SCRIPTING_ENGINES: _Who(None, (8, 1)),
    Feature.FUNCTIONS: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.FUNCTIONS_CHECKED_LATE: _Who(None, (8, 1)),
    Feature.ERROR_TABLES: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.ONE_WORD_ERRORS_TRIMMED: _Who((7, 0), (8, 0), valkey_until=(9, 0), dragonfly=False),
    Feature.PCALL_GIVES_TEXT: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.SCRIPT_NAME_IN_ERRORS: _Who((7, 0), (8, 0), valkey_until=(9, 0), dragonfly=False),
    Feature.RICH_RETURNS: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.BIG_NUMBERS_END_AT_ZERO: _Who(None, (9, 1)),
    Feature.STRING_METATABLE_READ_ONLY: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.LUA_ENVIRONMENTS: _Who((6, 2), None, redis_until=(7, 0)),
    Feature.LUA_PRINT: _Who((6, 2), None, redis_until=(7, 0)),
    Feature.LUA_OS: _Who((7, 4), (8, 0), dragonfly=False),
    Feature.ACL_CHECK_CMD: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.ACL_CHECK_CMD_ARITY: _Who((8, 6), None),
    Feature.CJSON_ARRAY_MT: _Who((8, 6), None),
    Feature.DOUBLES_ARE_NUMBERS: _Who(None, None, dragonfly=True),
    Feature.VERSION_CONSTANTS: _Who((7, 0), (8, 0), dragonfly=False),
    Feature.REPLICATION_CHOICE: _Who((6, 2), None, redis_until=(7, 0)),
    Feature.SEED_PER_SCRIPT: _Who((6, 2), None, redis_until=(7, 0)),
    Feature.SUBCOMMAND_ERROR_IN_SCRIPT: _Who(None, (9, 0)),
    Feature.SHORT_NOSCRIPT: _Who(None, (8, 0)),
    Feature.EVAL_CACHE_LIMIT: _Who((7, 4), (8, 0), dragonfly=False),
    Feature.SCRIPT_SHOW: _Who(None, (8, 0)),
    Feature.SHORT_DOUBLES: _Who((7, 2), (8, 0)),
    Feature.LISTPACK_SETS: _Who((7, 2), (8, 0)),
    Feature.LISTPACK_LISTS: _Who((7, 2), (8, 0)),
    Feature.LISTPACKS: _Who((7, 0), (8, 0)),
    Feature.QUOTED_COMMAND_IN_ERRORS: _Who((7, 0), (8, 0)),
    Feature.SET_NX_GET: _Who((7, 0), (8, 0)),
    Feature.GETEX_CHECKS_TIME_FIRST: _Who(None, (9, 0)),
    Feature.SET_IFEQ: _Who((8, 4), (8, 1)),
    Feature.SET_IFNE: _Who((8, 4), None),
    Feature.MSETEX_EXPLAINS_COUNT: _Who((8, 4), None),
    Feature.DECRBY_CHECKS_MINIMUM: _Who((7, 0), (8, 0)),
    Feature.LREM_CHECKS_MINIMUM: _Who((7, 2), (8, 0)),
    Feature.LPOS_CHECKS_MINIMUM: _Who((7, 2), (8, 0)),
    Feature.LPOS_EXPLAINS_NEGATIVE: _Who((7, 0), (8, 0)),
    Feature.SELECT_CHECKS_INT_RANGE: _Who((7, 0), (8, 0)),
    Feature.LISTPACK_WITH_EXPIRY: _Who((7, 4), None),
    Feature.HSETNX_CONVERTS_FIRST: _Who((6, 2), None, redis_until=(7, 0)),
    Feature.HINCRBY_CONVERTS: _Who((7, 0), (8, 0)),
    Feature.FIELDS_LIKE_KEYS: _Who(None, (9, 0)),
    Feature.FIELDS_ANYWHERE: _Who((8, 4), None),
    Feature.SHARED_INTEGERS: _Who((6, 2), None),
    Feature.KEY_BESIDE_VALUE: _Who(None, (8, 1)),
    Feature.KEY_BESIDE_LONG_VALUE: _Who(None, (9, 0)),
    Feature.SCRIPT_NUMBERS_STAY_TEXT: _Who(None, (9, 1)),
    Feature.ZSCAN_NOSCORES: _Who(None, (8, 0)),
    Feature.HSCAN_NOVALUES: _Who((7, 4), (8, 0)),
    Feature.SCAN_CHECKS_TYPE: _Who((8, 0), (8, 1)),
    Feature.TIME_STANDS_STILL: _Who((7, 2), (8, 0)),
    Feature.BIT_RANGES: _Who((7, 0), (8, 0)),
    Feature.BITCOUNT_CHECKS_ARGUMENTS_FIRST: _Who((7, 2), (8, 0)),
    Feature.BITCOUNT_START_ONLY: _Who(None, (8, 0)),
    Feature.BITPOS_CHECKS_ARGUMENTS_FIRST: _Who((7, 2), (8, 0)),
    Feature.BITOP_DIFF: _Who((8, 2), None),
    Feature.STRICT_CURSORS: _Who((7, 4), (8, 0)),
    Feature.PRINT_THIS_HELP: _Who((7, 2), (8, 0)),
    Feature.STREAM_COUNTERS: _Who((7, 0), (8, 0)),
    Feature.LAG_SEES_GAPS: _Who((8, 0), (8, 1)),
    Feature.LAG_SEES_TRIMMING: _Who((8, 0), None),
    Feature.READ_COUNT_RESTARTS: _Who((8, 0), (8, 1)),
    Feature.ENTRIES_READ_CAPPED: _Who((8, 4), None),
    Feature.CONSUMER_ACTIVE_TIME: _Who((7, 2), (8, 0)),
    Feature.CLAIM_SKIPS_DELETED: _Who((7, 0), (8, 0)),
    Feature.READ_MAKES_CONSUMER: _Who((7, 2), (8, 0)),
    Feature.XADD_NAMES_OVERFLOW: _Who((7, 2), (8, 0)),
    Feature.XREAD_LAST_ENTRY: _Who((7, 4), (8, 0)),
    Feature.XREAD_LAST_LIVE_ENTRY: _Who((8, 0), None),
    Feature.XSETID_CHECKS_DELETED: _Who((7, 2), (8, 0)),
    Feature.XREAD_LAST_REFUSES_NONE: _Who((7, 4), (8, 0), (8, 0), (9, 0)),
    Feature.XREAD_BLOCK_IN_SCRIPTS: _Who((7, 4), (8, 0)),
    Feature.XREADGROUP_CLAIM: _Who((8, 4), None),
    Feature.UNBALANCED_NAMES_COMMAND: _Who((7, 2), (8, 0)),
    Feature.UNBALANCED_NAMES_PLUS: _Who((8, 0), None),
    Feature.STREAM_REFERENCES: _Who((8, 2), None),
    Feature.STREAM_IDEMPOTENCY: _Who((8, 6), None),
    Feature.ZADD_GROWS_AHEAD: _Who((7, 2), (8, 0)),
    Feature.ZADD_GROWS_AHEAD_BY_LENGTH: _Who(None, (8, 1)),
    Feature.ZPOP_CHECKS_COUNT: _Who((7, 0), (8, 0)),
    Feature.NEGATIVE_OFFSETS: _Who((7, 4), (8, 0), redis_until=(8, 2)),
    Feature.STORED_RANGES_BIG: _Who((7, 2), None, redis_until=(7, 4)),
    Feature.HEX_SCORES: _Who((6, 0), (8, 0), valkey_until=(9, 1)),
    Feature.STRTOD_RANGES: _Who((6, 0), (8, 0), redis_until=(8, 0), valkey_until=(9, 1)),
    Feature.CHECKED_TIMEOUTS: _Who((7, 2), (8, 0)),
    Feature.GEO_UNITS_IN_ANY_CASE: _Who((7, 0), (8, 0)),
    Feature.GEO_MERIDIAN_DISTANCE: _Who((7, 2), (8, 0)),
    Feature.GEO_NEAR_MERIDIAN_DISTANCE: _Who(None, (9, 0)),
    Feature.GEO_FIXED_POINT: _Who((7, 2), (8, 0)),
    Feature.GEO_STORE_ERROR_NAMES: _Who((7, 0), (8, 0)),
    Feature.GEO_MEMBER_ERROR_NAMES: _Who(None, (9, 0)),
    Feature.GEO_POLYGON: _Who(None, (9, 0)),
    Feature.SAME_BITS_UNCHANGED: _Who((7, 0), (8, 0)),
    Feature.WHOLE_LTRIM_UNCHANGED: _Who(None, (8, 0)),
    Feature.TRANSACTION_NAMES_REFUSED: _Who(None, (9, 0)),
    Feature.QUEUE_NEEDS_MEMORY: _Who((6, 0), None),
    Feature.COMPACT_UNKNOWN_COMMAND: _Who((7, 0), (8, 0)),
}


def features_of(product: str, version: tuple[int, int]) -> frozenset[Feature]:
    """What a server does differently."""
    return frozenset(feature for feature, who in _WHO.items() if who.has(product, version))
