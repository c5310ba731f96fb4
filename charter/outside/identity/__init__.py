"""Identity providers as they answer: documents, codes, tokens, profiles."""
