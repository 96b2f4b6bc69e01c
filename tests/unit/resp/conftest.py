from __future__ import annotations

from tests.servers.fixtures import any_server, every_server, real_servers

__all__ = ["any_server", "every_server", "real_servers"]
