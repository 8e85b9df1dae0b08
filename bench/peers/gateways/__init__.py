"""Gateways measured beside ours, the upstream behind them all, and the load in front of them."""
