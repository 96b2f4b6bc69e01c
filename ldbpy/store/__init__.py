"""Places that hold keys and run commands."""
