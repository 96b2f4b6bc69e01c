"""The debugger: what stops a script, and golden sessions at its prompt."""
