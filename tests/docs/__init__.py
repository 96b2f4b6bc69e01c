"""The docs: pages made from the code, and examples that run."""
