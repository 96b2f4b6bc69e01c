"""Records that every layer speaks: frozen, with nothing of Lua or the network in them."""
