"""Flattened tables of plans: work plans over page breaks and indicator tables, every character accounted for."""

from ingest.tables.action import find_work_tables, read_work_table, work_pieces
from ingest.tables.indicator import find_indicator_tables, indicator_pieces, read_indicator_table
from ingest.tables.marks import find_header_starts
from ingest.tables.periods import read_periods
from ingest.tables.rows import Item, WorkRow, WorkTable
from ingest.tables.spans import Account, Piece, Span, account
from ingest.tables.task import TaskRow, TaskTable, find_task_tables
from ingest.tables.values import IndicatorRow, IndicatorTable, Note

__all__ = [
    "Account",
    "IndicatorRow",
    "IndicatorTable",
    "Item",
    "Note",
    "Piece",
    "Span",
    "TaskRow",
    "TaskTable",
    "WorkRow",
    "WorkTable",
    "account",
    "find_header_starts",
    "find_indicator_tables",
    "find_task_tables",
    "find_work_tables",
    "indicator_pieces",
    "read_indicator_table",
    "read_periods",
    "read_work_table",
    "work_pieces",
]
