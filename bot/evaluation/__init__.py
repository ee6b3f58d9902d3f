"""Measuring: case files through the real path, figures per language and kind, and a report."""
