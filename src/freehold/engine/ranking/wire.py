"""The reranking request as this engine reads it: the shape that Jina, Cohere and vLLM share."""

from typing import Annotated

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest

MAX_DOCUMENTS = 1024


class Document(msgspec.Struct):
    """A document as an object."""

    text: str


class RerankRequest(msgspec.Struct, kw_only=True):
    """POST /v1/rerank."""

    model: str
    query: str
    documents: list[str | Document]
    top_n: Annotated[int, Meta(ge=1)] | None = None
    return_documents: bool = True

    @property
    def texts(self) -> list[str]:
        """The documents' texts. Raises `InvalidRequest` for none or too many, and for an empty query."""
        if not self.query:
            raise InvalidRequest("'query' is empty.", param="query")
        if not 1 <= len(self.documents) <= MAX_DOCUMENTS:
            text = f"'documents' holds {len(self.documents)} texts; send 1 to {MAX_DOCUMENTS}."
            raise InvalidRequest(text, param="documents")
        return [document if isinstance(document, str) else document.text for document in self.documents]
