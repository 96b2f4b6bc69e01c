"""Help while typing: what a word may become, what a call takes, what is wrong. Pure: no terminal, no server, no Lua."""
