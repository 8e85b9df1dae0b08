"""Whole training runs as functions: each file defines `recipe() -> Recipe`."""
