"""The audit log's file: hashes, retention, export, damage, a disk that is full, a clock that is wrong."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import audit
from assistant.__main__ import main
from assistant.audit import FILE, AuditLog, connect, export, feedback_to, purge, take_old_feedback
from assistant.model import Question, Reply


def reply(name: str = "r1") -> Reply:
    return Reply(name, "answered", "答复", (), (), timings_ms={"total": 12.5})


def kept(folder: Path, count: int, days: int = 30) -> AuditLog:
    log = AuditLog(folder, days)
    for n in range(count):
        log.answered(Question(f"问题{n}"), reply(f"r{n}"))
    log.flush()
    return log


def age(folder: Path, name: str, days: int) -> None:
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    connection = connect(folder)
    with connection:
        connection.execute("UPDATE answers SET at = ? WHERE id = ?", (at, name))
    connection.close()


def test_the_hash_needs_the_secret(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        kept(tmp_path / folder, 2).close()
    [a, other], [b, _] = list(export(tmp_path / "a", "")), list(export(tmp_path / "b", ""))
    assert len({a["question_hash"], b["question_hash"], other["question_hash"]}) == 3
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o077 == 0
    assert (tmp_path / "a" / FILE).stat().st_mode & 0o077 == 0


def test_two_processes_agree_on_the_secret(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(audit.secret_of(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_what_is_too_old_is_deleted(tmp_path: Path) -> None:
    kept(tmp_path, 3).close()
    age(tmp_path, "r0", 40)
    kept(tmp_path, 0).close()      # the log cleans up when something is written
    log = AuditLog(tmp_path, 30)
    log.answered(Question("新"), reply("new"))
    log.flush()
    log.close()
    assert {row["id"] for row in export(tmp_path, "")} == {"r1", "r2", "new"}


def test_a_clock_that_jumps_deletes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    kept(tmp_path, 2).close()
    log = AuditLog(tmp_path, 30)
    real = time.time
    monkeypatch.setattr("assistant.audit.time.time", lambda: real() + 400 * 86_400)
    log.answered(Question("新"), reply("new"))
    log.flush()
    log.close()
    assert {row["id"] for row in export(tmp_path, "")} == {"r0", "r1", "new"}
    assert "时钟" in caplog.text


def test_purge_is_exact(tmp_path: Path) -> None:
    kept(tmp_path, 3).close()
    age(tmp_path, "r0", 31)
    age(tmp_path, "r1", 29)
    connection = connect(tmp_path)
    assert purge(connection, 30) == 1
    connection.close()


def test_export_since_with_feedback(tmp_path: Path) -> None:
    kept(tmp_path, 2).close()
    age(tmp_path, "r0", 5)
    feedback_to(tmp_path, "r1", "helpful", "好\ud800")
    feedback_to(tmp_path, "unknown", "wrong", "")
    day = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    assert [(row["id"], row["rating"]) for row in export(tmp_path, day)] == [("r1", "helpful"), ("unknown", "wrong")]
    assert list(export(tmp_path / "none", "")) == []


def test_the_command_line_exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("IPPLAN_RECORDS", str(tmp_path))
    kept(tmp_path, 2).close()
    feedback_to(tmp_path, "r1", "wrong", "=HYPERLINK(1)")
    assert main(["audit"]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["r0", "r1"]
    assert main(["audit", "--since", "2020-01-01", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("id,at,question_hash")
    assert "'=HYPERLINK" in lines[2]
    with pytest.raises(SystemExit):
        main(["audit", "--since", "yesterday"])


def test_old_feedback_is_taken_once(tmp_path: Path) -> None:
    entry = {"id": "f1", "at": "2026-01-02T00:00:00+00:00", "reply_id": "r", "rating": "wrong", "comment": "x"}
    (tmp_path / "feedback.jsonl").write_text(json.dumps(entry) + '\n{"torn', encoding="utf-8")
    assert take_old_feedback(tmp_path, tmp_path / "records") == 1
    assert take_old_feedback(tmp_path, tmp_path / "records") == 0
    assert [row["comment"] for row in export(tmp_path / "records", "")] == ["x"]


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept(tmp_path, 2).close()
    (tmp_path / FILE).write_bytes(b"damaged" * 5000)
    log = kept(tmp_path, 1)
    log.close()
    assert log.lost == 0
    assert len(list(export(tmp_path, ""))) == 1
    assert len(list(tmp_path.glob(f"{FILE}.damaged-*"))) == 1
    assert "已损坏" in caplog.text


def test_a_full_disk_is_told_once_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def full(folder: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(audit, "connect", full)
    with caplog.at_level(logging.ERROR):
        log = kept(tmp_path, 5)
    assert log.lost == 5
    assert caplog.text.count("问答记录写不进") == 1
    monkeypatch.undo()
    log.answered(Question("又有空间了"), reply("later"))
    log.flush()
    log.close()
    assert [row["id"] for row in export(tmp_path, "")] == ["later"]


def test_it_never_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = audit.connect

    def slow(folder: Path) -> sqlite3.Connection:
        go.wait(10)
        return real(folder)

    monkeypatch.setattr(audit, "connect", slow)
    monkeypatch.setattr(audit, "MOST_WAITING", 10)
    log = AuditLog(tmp_path, 30)
    began = time.monotonic()
    for n in range(100):
        log.answered(Question("问"), reply(str(n)))
    assert time.monotonic() - began < 1
    assert log.lost >= 88
    go.set()
    log.flush()
    log.close()
    assert len(list(export(tmp_path, ""))) + log.lost == 100
