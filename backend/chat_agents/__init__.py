"""Chat: questions of people, answered by the RAG server, whole or as a stream."""
