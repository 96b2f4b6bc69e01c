"""The debugger's engine: what stops a script, and the session around it. Standard library only."""
