"""Where scripts run: the embedded server, or a real one."""
