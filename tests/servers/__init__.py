"""Real servers for the tests: which there are, how one is started, and a client that hides nothing."""
