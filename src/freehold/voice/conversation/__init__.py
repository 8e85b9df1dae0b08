"""A spoken conversation: who listens, thinks and speaks when. Stages are reached through the gateway alone."""
