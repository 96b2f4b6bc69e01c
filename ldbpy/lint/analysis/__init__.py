"""What is known of a script from its text: names, values, calls of commands, replies, the ways through it."""
