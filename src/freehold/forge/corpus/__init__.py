"""From records and dialogues to packed rows of token ids."""
