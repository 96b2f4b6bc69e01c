"""Settings: what there is to set, the files and variables that set it, and what is remembered of each script."""
