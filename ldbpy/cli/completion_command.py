"""``ldbpy completion``: what makes a shell complete ldbpy's command line."""

from __future__ import annotations

import click

from ldbpy.cli.streams import put

__all__ = ["command"]

_SHELLS = ("bash", "zsh", "fish")

_HELP = """Print what makes a shell complete commands, options, files, servers and rules.

\b
bash, in ~/.bashrc:                    eval "$(ldbpy completion bash)"
zsh, in ~/.zshrc behind compinit:      eval "$(ldbpy completion zsh)"
fish: ldbpy completion fish > ~/.config/fish/completions/ldbpy.fish
"""


@click.command(name="completion", help=_HELP)
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> int:
    """Print the script of a shell."""
    from click.shell_completion import get_completion_class

    from ldbpy.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None  # click knows these three
    put(found(cli, {}, "ldbpy", "_LDBPY_COMPLETE").source().encode())
    return 0
