"""``make bench``."""

from __future__ import annotations

from tests.bench.calls import bench_calls
from tests.bench.debugger import bench_debugger
from tests.bench.ldb import bench_ldb
from tests.bench.lint import bench_lint
from tests.bench.lua import bench_lua
from tests.bench.remote_local import bench_remote_local
from tests.bench.screen import bench_screen
from tests.bench.startup import bench_startup
from tests.bench.typing import bench_typing
from tests.servers.found import found_servers

print("servers:", ", ".join(map(str, found_servers())) or "none found")
bench_startup()
bench_lua()
bench_calls()
bench_debugger()
bench_ldb()
bench_remote_local()
bench_lint()
bench_typing()
bench_screen()
