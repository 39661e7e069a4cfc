"""The kernel that both servers share; each module is named for its one job."""
