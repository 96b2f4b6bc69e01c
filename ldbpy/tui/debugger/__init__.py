"""The full-screen debugger: what each pane shows, and the screen they are on."""
