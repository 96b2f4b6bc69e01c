"""The panes, a module each: what they hold and the lines they show. Nothing in them knows of a terminal."""
