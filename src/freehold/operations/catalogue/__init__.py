"""Model folders: what is there, what is in them, and how others come in."""
