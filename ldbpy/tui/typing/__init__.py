"""Help while typing on a terminal: completion, marks, hints and history for prompt_toolkit, from ``ldbpy.assist``."""
