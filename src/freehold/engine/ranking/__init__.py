"""A question and documents to relevance scores: the reranking worker."""
