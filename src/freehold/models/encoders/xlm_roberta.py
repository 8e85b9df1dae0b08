"""XLM-RoBERTa (arXiv 1911.02116): RoBERTa of a hundred languages; multilingual E5 and BGE-M3, BGE's rerankers."""

from freehold.models.encoders import EncoderArchitecture
from freehold.models.encoders._bert_layout import MODULES, read_spec_after_padding

ENCODER = EncoderArchitecture(
    model_type="xlm-roberta",
    prefix="roberta.",
    spec=read_spec_after_padding,
    modules=MODULES,
    head={"head": "classifier.dense", "score": "classifier.out_proj"},
)
