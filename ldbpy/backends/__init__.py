"""Places where scripts are debugged, each behind ``engine.backend.Backend``."""
