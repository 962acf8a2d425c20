"""Answers written from the plans' own clauses and facts, with no chat model."""

from assistant.compose.answer import compose

__all__ = ["compose"]
