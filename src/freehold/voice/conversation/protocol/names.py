"""Ids of what a session makes, as OpenAI's look: a kind, and letters nobody guesses."""

import secrets


def new_id(kind: str) -> str:
    """Such as item_6b1f…: 20 hexadecimal digits."""
    return f"{kind}_{secrets.token_hex(10)}"
