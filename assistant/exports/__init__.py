"""Conversations and tables as files to keep."""
