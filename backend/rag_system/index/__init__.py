"""The two indexes: lexical (BM25) and dense (vectors), both keyed by chunk id."""
