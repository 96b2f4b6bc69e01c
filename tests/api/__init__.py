"""The Python API on the embedded server and on real ones."""
