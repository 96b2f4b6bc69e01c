"""The debugger's command language: its commands, and what carries them out on a session."""
