"""Runs ntksweep and its peers side by side and prints what was found as Markdown. Standard library only."""
