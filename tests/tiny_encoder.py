"""Tiny BERT-like models with random weights, saved by transformers as any embedder or cross-encoder is."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedModel,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaModel,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaModel,
)

TEXT = "the a train leaves at nine onions make me cry where when does it go"
WORDS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", *TEXT.split()]
SIZES = {
    "vocab_size": len(WORDS),
    "hidden_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 80,
    "max_position_embeddings": 40,
    "pad_token_id": 0,
}
FAMILIES = {
    "bert": (BertConfig, BertModel, BertForSequenceClassification),
    "roberta": (RobertaConfig, RobertaModel, RobertaForSequenceClassification),
    "xlm-roberta": (XLMRobertaConfig, XLMRobertaModel, XLMRobertaForSequenceClassification),
}


def make_encoder(folder: Path, family: str, *, classifies: bool = False, **changes: object) -> PreTrainedModel:
    """Save a model and its tokenizer to `folder`; returns the model."""
    torch.manual_seed(3)
    make_config, make_plain, make_classifier = FAMILIES[family]
    types = 2 if family == "bert" else 1
    config = make_config(**(SIZES | {"type_vocab_size": types, "num_labels": 1} | changes))
    model = (make_classifier(config) if classifies else make_plain(config)).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms start at 0 and 1, which would hide mistakes
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return model
