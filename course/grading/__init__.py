"""Grading: fast, in a sandbox, and still nbgrader."""
