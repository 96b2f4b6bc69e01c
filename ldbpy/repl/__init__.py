"""The REPL without a terminal: lines in, what there is to see out."""
