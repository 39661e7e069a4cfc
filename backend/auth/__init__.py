"""Accounts: signing in, who is calling, and the users that administrators keep."""
