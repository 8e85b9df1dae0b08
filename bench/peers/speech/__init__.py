"""Servers that speak, and the load on them."""
