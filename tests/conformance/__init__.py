"""The embedded server against real ones: the same commands to both, the replies compared byte for byte."""
