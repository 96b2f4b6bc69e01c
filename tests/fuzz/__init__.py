"""Random input for the embedded server and a real one at once: whatever they answer differently is a finding."""
