"""OpenAI's Realtime protocol (GA): what clients send, what they are told, and the items of a conversation."""
