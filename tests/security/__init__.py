"""Scripts that try to get out of the sandbox, past the limits, or into the next script. None may."""
