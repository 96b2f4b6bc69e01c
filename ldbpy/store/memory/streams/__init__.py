"""Streams: their value, and the commands of ``t_stream.c``."""
