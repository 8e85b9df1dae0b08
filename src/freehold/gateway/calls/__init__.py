"""One request inside the gateway: what is read of it, who is asked, how its answer is metered and settled."""
