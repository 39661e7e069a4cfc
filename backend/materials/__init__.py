"""Materials as people see them: list, upload, download, delete, and the progress of jobs."""
