from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from tests.servers.fixtures import any_server, every_server, real_servers
from tests.servers.found import SERVER_FLAVORS, server_for

__all__ = ["any_server", "every_server", "real_servers"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which real servers the run could ask, and which it could not."""
    for name in SERVER_FLAVORS:
        found = server_for(FLAVORS[name])
        terminalreporter.write_line(f"real server for {name}: {found or 'none on this machine'}")
