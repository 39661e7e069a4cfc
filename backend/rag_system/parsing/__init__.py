"""From a file to pages of blocks."""
