"""Ingestion, index, retrieval and answers. Other packages use `client` and `contracts` only."""
