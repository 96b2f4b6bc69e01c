"""Records into text. No terminal control but colours, no input or output."""
