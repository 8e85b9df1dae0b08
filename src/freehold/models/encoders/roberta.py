"""RoBERTa (arXiv 1907.11692): BERT whose positions start behind the padding token's."""

from freehold.models.encoders import EncoderArchitecture
from freehold.models.encoders._bert_layout import MODULES, read_spec_after_padding

ENCODER = EncoderArchitecture(
    model_type="roberta",
    prefix="roberta.",
    spec=read_spec_after_padding,
    modules=MODULES,
    head={"head": "classifier.dense", "score": "classifier.out_proj"},
)
