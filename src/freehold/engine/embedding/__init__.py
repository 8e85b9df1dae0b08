"""Texts to vectors: the embedding worker."""
