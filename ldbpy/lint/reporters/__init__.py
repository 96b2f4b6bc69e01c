"""Findings to text, in the forms that people and CI read."""
