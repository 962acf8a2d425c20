"""How a question was read, in one line beside the answer: where, which plan, who, when, what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from assistant.navigation import question_url
from ingest.model import PlanMeta

INTENTS = {"validity": "是否有效", "comparison": "对比", "schedule": "时间安排", "responsibility": "由谁负责",
           "duties": "承担哪些任务", "support": "支持措施", "definition": "是什么意思", "target": "目标值", "detail": "具体内容"}
ROLES = {"lead": "牵头", "support": "配合", "execute": "执行", "office": "责任处室"}
_NAMED = 2      # more plans than this are counted instead of named


def understood_html(understood: Mapping[str, object], metas: Sequence[PlanMeta]) -> str:
    """The line; '' where nothing is known of the reading. A follow-up is shown as it reads standing alone."""
    parts = [part for part in _parts(understood, metas) if part]
    if not parts:
        return ""
    alone = ""
    if understood.get("follow_up") and understood.get("question"):
        alone = f'<br>追问补全为：“{escape(str(understood["question"]))}”'
    return f'<p class="ipa-understood"><span>理解为：</span>{" · ".join(map(escape, parts))}{alone}</p>'


def share_url(question: str, understood: Mapping[str, object]) -> str:
    """The address that asks this question again, a follow-up as it reads standing alone."""
    alone = understood.get("question") if understood.get("follow_up") else None
    return question_url(str(alone or question))


def _parts(understood: Mapping[str, object], metas: Sequence[PlanMeta]) -> Iterator[str]:
    titles = {meta.id: meta.title for meta in metas}
    plans = [titles[each] for each in _words(understood.get("plan_ids")) if each in titles]
    yield "、".join(_words(understood.get("regions")))
    if 0 < len(plans) <= _NAMED:
        yield "".join(f"《{title}》" for title in plans)
    elif plans and len(plans) == len(metas):
        yield "全部规划"
    elif plans:
        yield f"{len(plans)} 份规划"
    yield "、".join(_words(understood.get("units")))
    yield "、".join(f"{year}年" for year in _words(understood.get("years")))
    yield "、".join(f"第{'一二三四'[int(each) - 1]}季度" for each in _words(understood.get("quarters")) if each in set("1234"))
    yield ROLES.get(str(understood.get("role")), "")
    yield INTENTS.get(str(understood.get("intent")), "")


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else []
