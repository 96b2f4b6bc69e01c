"""Debugger, REPL, evaluator and linter for Redis and Valkey Lua scripts."""
