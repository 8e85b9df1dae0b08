"""Models that are shipped inside the package; each folder holds weights, tokenizer, card and attribution."""
