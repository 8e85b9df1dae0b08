"""BERT (arXiv 1810.04805): MiniLM, BGE, E5 and GTE embedders, and cross-encoders trained from them."""

from freehold.models.encoders import EncoderArchitecture
from freehold.models.encoders._bert_layout import MODULES, read_spec

ENCODER = EncoderArchitecture(
    model_type="bert",
    prefix="bert.",
    spec=read_spec,
    modules=MODULES,
    head={"head": "bert.pooler.dense", "score": "classifier"},
)
