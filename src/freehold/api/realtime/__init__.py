"""What `WS /v1/realtime` is made of: which model a session may have, a place for it, and the way of its frames."""
