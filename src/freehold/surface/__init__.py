"""OpenAI's stateful endpoints: what callers make, keep, share and take away again.

settings   its settings                voices/   voices made from recordings, each by the consent of its owner
"""
