"""What can answer requests: each file defines `PROVIDER`, called with an endpoint and the gateway's settings."""
