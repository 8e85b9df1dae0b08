"""How sampled tokens become answers: text that never changes, calls of tools, OpenAI's bodies."""
