"""Embedders behind LangChain's Embeddings interface."""
