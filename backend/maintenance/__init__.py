"""Maintenance: the state of the system and the jobs that administrators start."""
