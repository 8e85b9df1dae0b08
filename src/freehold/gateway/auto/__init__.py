"""The smart route: what a request needs, how hard it is, and which model fits. Calls no provider and reads no store.

`needs.read_needs(body)` → `choose.choose(needs, candidates, tier, policy)` → `decision.Decision`.
"""
