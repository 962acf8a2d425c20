"""When: quarters and stages of table rows, deadlines stated in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.compose.pieces import body_sentences, clean, fact, plan_heading, remark, units_line, whole
from assistant.compose.select import best_clauses
from assistant.knowledge import Knowledge, label_of, period
from assistant.model import DraftLine, Evidence, Found, Proof
from assistant.reading.asked import quarters_in
from assistant.reading.question import Reading
from assistant.reading.units import same_unit
from assistant.topic import coverage
from ingest.model import Clause, ScheduleFact

_DATE = re.compile(r"20\d\d ?年|每.{0,3}年|年均|定期|季度|[一二三四五六七八九十]年(?=时间|内|期|左右|建设)")
_GENERIC = re.compile(
    r"(20)?\d\d ?年|第?[一二三四1-4](个)?季度|第.阶段|Q[1-4]|专利|知识产权|推进|事业|发展|战略|计划|方案|规划|进度|安排|工作|任务|事项|事情|事|活|节点|"
    r"其中|里面|当中|这些|那些|季度|时候|"
    r"都|有|哪些|哪几|什么|啥|要|做|干|的|里|在|是|给|我|列|出|一下|全部|所有|截止|需要|完成|应该|该|呢|吗|项|条|[，,。？?！! 、:：]"
)
_CHINESE = "零一二三四"
_CHINESE_COUNT = "零一两三四五六七八九"

_WHO = re.compile(r"谁|归哪|哪(个|些|家)?(处|处室|局|委|厅)|牵头|配合|责任单位|哪(个|些|家)?(单位|部门)")
_ALL_AROUND = re.compile(r"前后(几个)?(的)?季度|(其他|其余|前面|别的)(几个)?(的)?季度|季度(各|分别)")
_WHOLE_ROW = re.compile(
    r"进度|节奏|一步步|步骤|分[几哪][几个]?步|时间表|先(?:做|干|搞)(?:什么|啥)|年初.{0,2}[到至]年[底末]|这一年|"
    r"排的|安排(?!在|到|于)|各阶段|各季度|全年|每个?季度|(前面|其他|几)个?(的)?几?个?季度各|季度(各|分别)")
# 网站是几季度开通的安排
_ONE_OF_THEM = re.compile(r"(?:哪一?个|第?几|什么) ?季度[^，,。？?各每]{0,12}安排")
# 排在第几季度？它前一个季度做的又是什么
_NEXT_TO_IT = re.compile(r"[前后上下][一两三几]?个? ?季度")
SAYS = 2.0
"""A part of a question has a topic of its own from this weight of words on; 哪个季度引 has none."""
_CLAIMED = re.compile(r"(?:是不是|对不对|对吧|没错吧|是吧|吧|吗)[？?]?$|对吧|没错吧|是吧|对不对")
_WHICH = re.compile(r"哪[一几]?个? ?季度|第?几季度|什么季度|季度还是|还是第?.季度")
ON_TOPIC = 0.75
"""A quarter's cell answers "which quarter" with at least this share of the topic that the best cell holds."""


def schedule(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Cells of the row asked for; or every row of a quarter; or the sentences that carry a date."""
    view = knowledge.view(plan_id)
    lines = [plan_heading(view.meta)]
    rows = [c for c in view.clauses if c.kind == "row"]
    if rows and (reading.quarters or reading.stage) and _no_topic(reading):
        return [*lines, *_whole_quarter(reading, rows, knowledge)]
    cells = [e for e in found.evidence[:12] if e.clause.parent_id or e.clause.kind == "row"]
    if len(each := _of_each_part(reading, cells, found)) > 1:
        return [*lines, *(line for clause, parts in each for line in _row(parts, clause, found, knowledge))]
    if cells and (cells[0] is found.evidence[0] or reading.quarters or reading.stage):
        return [*lines, *_row(each[0][1] if each else [reading], cells[0].clause, found, knowledge)]
    dated = [e for e in found.evidence[:10] if _DATE.search(e.clause.text)]
    first = [e for e in dated if e.coverage >= 0.8 * found.evidence[0].coverage]
    if not first and found.told:
        owners = dict.fromkeys(knowledge.owner(each.clause) for each in found.evidence)
        lines += [fact(label_of(owner), whole(owner), bullet=True) for owner in owners]
        return [*lines, remark(f"{'上述各条' if len(owners) > 1 else '该条'}没有写明完成时间，该规划的实施期为{period(view.meta)}。")]
    if not first:
        return []
    for clause in best_clauses(first, 1):
        if clause.kind == "indicator":
            return []
        lines.append(_dated(clause, found, reading))
        lines += _other_parts(reading, clause, dated, found)
        if not any(_DATE.search(line.text) for line in lines[1:]):
            lines.append(remark("所引的话没有写明具体时间。"))
    return lines


def _of_each_part(reading: Reading, cells: list[Evidence], found: Found) -> list[tuple[Clause, list[Reading]]]:
    """For questions that stand beside one another (哪个季度拿新产品专利去质押？请专家来讲课又在几季度？) and are settled in different
    rows, or in different cells of one: a cell of each row, and what is asked of it."""
    best: dict[str, tuple[Clause, list[Reading]]] = {}
    for part in re.findall(r"[^？?；;]+[？?；;]?", reading.asked):
        weights = {term: weight for term, weight in found.weights.items() if term in part and _GENERIC.sub("", term)}
        if _WHOLE_ROW.search(part) and best:                    # 前面几个季度各干啥
            home, (top, _) = next(reversed(best.items()))
            best[home] = (top, [replace(reading, asked=part, quarters=())])
        elif sum(weights.values()) >= SAYS and re.search(r"哪|几|何时|什么时候|季度", part) and cells:
            top = max(cells, key=lambda each: (round(coverage(weights, each.clause.text), 2), each.score)).clause
            best.setdefault(top.parent_id or top.id, (top, []))[1].append(replace(reading, asked=part, quarters=quarters_in(part)))
        elif best and quarters_in(part):                        # 二三季度干啥去了
            best[next(reversed(best))][1].append(replace(reading, asked=part, quarters=quarters_in(part)))
    if len(best) == 1 and (_WHOLE_ROW.search(reading.asked) or all(len(parts) < 2 for _, parts in best.values())):
        return []
    return list(best.values())


def _no_topic(reading: Reading) -> bool:
    """Whether nothing but a time (and perhaps a unit) is asked for: 2014年第三季度都有哪些安排."""
    rest = reading.text
    for word in sorted((*reading.units, *reading.scope.words), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(_GENERIC.sub("", rest)) <= 1


def _row(asked: list[Reading], clause: Clause, found: Found, knowledge: Knowledge) -> list[DraftLine]:
    """The schedule cells of a row that its questions are for; also the cell that matched, if a measure."""
    reading = asked[0]
    owner = knowledge.owner(clause)
    cells = [c for c in knowledge.cells(owner) if c.cell == "schedule"]
    facts = {c.id: knowledge.schedule(c) for c in cells}
    own = [replace(found, weights={t: w for t, w in found.weights.items() if t in part.asked}) if len(asked) > 1 else found for part in asked]
    wanted = [cell for part, topic in zip(asked, own, strict=True) for cell in _cells_asked(part, cells, facts, topic, owner.title)]
    chosen = [cell for cell in cells if cell in wanted]
    stages = {f.stage for c in cells for f in facts[c.id] if f.stage}
    counted = f"（共{_CHINESE_COUNT[len(stages)]}个阶段）" if stages and re.search(r"(几|多少)个?阶段", reading.asked) else ""
    lines = [remark(f"{label_of(owner)}的进度安排{counted}：")]
    if not chosen:
        lines.append(remark(f"这一项没有列出{_quarter_names(reading)}的单独安排；它的全部进度如下："))
        chosen = cells
    lines += [DraftLine("fact", clean(c.text), (Proof(c.id, c.start, c.end),), bullet=True) for c in chosen]
    if (_WHO.search(reading.asked) or reading.units) and knowledge.units(owner):
        lines.append(units_line(owner, knowledge, with_label=False))
    if not cells:
        lines.append(DraftLine("fact", clean(clause.text), (Proof(clause.id, clause.start, clause.end),)))
    return lines


def _cells_asked(reading: Reading, cells: list[Clause], facts: Mapping[str, Sequence[ScheduleFact]], found: Found, title: str) -> list[Clause]:
    """Of the schedule cells of a row those of the quarters or the stage asked, else those on the topic, else all."""
    if reading.quarters and not _ALL_AROUND.search(reading.asked):
        chosen = [c for c in cells if any(set(f.quarters) & set(reading.quarters) for f in facts[c.id])]
        if (_WHICH.search(reading.asked) or _CLAIMED.search(reading.asked)) and (topic := _on_topic(cells, found, reading, title)) != cells:
            chosen = [c for c in cells if c in chosen or c in topic]
        return chosen
    if reading.stage and not re.search(r"(几|多少)个?阶段", reading.asked):
        return [c for c in cells if any(f.stage == reading.stage for f in facts[c.id])]
    around = _ALL_AROUND.search(reading.asked) or (_WHICH.search(reading.asked) and _NEXT_TO_IT.search(reading.asked))
    if around or (_WHOLE_ROW.search(reading.asked) and not _ONE_OF_THEM.search(reading.asked)):
        return cells
    return _on_topic(cells, found, reading, title)


def _on_topic(cells: list[Clause], found: Found, reading: Reading, title: str) -> list[Clause]:
    """The cells that hold the topic of the question, or of each of its parts (哪季度研讨、哪季度起草), with what continues
    them on the next page; all where none stands out."""
    claimed = bool(_CLAIMED.search(reading.asked))                     # 三季度申报试点、四季度筹备协会，没记反吧
    parts = [part for part in re.split(r"[，,、；;？?]|和(?=哪)", reading.asked)
             if re.search(r"哪|几|何时|什么时候", part) or (claimed and quarters_in(part))]
    own = {term: weight for term, weight in found.weights.items() if _GENERIC.sub("", term) and term not in title}
    if sum(own.values()) < SAYS:
        return cells                                   # no more than the row itself is named
    topics = [{term: weight for term, weight in own.items() if term in part} for part in parts] if len(parts) > 1 else []
    asking = [part for part in parts if _WHICH.search(part) and len(_GENERIC.sub("", part)) > 1]
    if len(parts) > 1 and sum(sum(topic.values()) >= SAYS for topic in topics) < len(asking):
        return cells                                   # 梳理在哪个季度，优化方案又是哪几个季度: a part that says too little to tell its cell
    kept: set[str] = set()
    for weights in [topic for topic in topics if sum(topic.values()) >= SAYS] or [own]:
        holding = {c.id: coverage(weights, c.text) for c in cells}
        best = max(holding.values(), default=0.0)
        kept |= {c.id for c in cells if holding[c.id] >= ON_TOPIC * best} if best >= 0.3 else set() if claimed else set(holding)
    begun = {c.continues for c in cells if c.id in kept}
    return [c for c in cells if c.id in kept or c.id in begun or c.continues in kept] or cells


def _whole_quarter(reading: Reading, rows: list[Clause], knowledge: Knowledge) -> list[DraftLine]:
    named = [row for row in rows if any(same_unit(u, f.unit) for u in reading.units for f in knowledge.units(row))]
    if reading.units and not named:
        return [remark(f"该规划的单位名单中没有{'、'.join(reading.units)}。")]
    lines = [remark(f"{_quarter_names(reading)}的全部安排：")]
    for row in named or rows:
        for cell in knowledge.cells(row):
            if cell.cell == "schedule" and any(set(f.quarters) & set(reading.quarters) or (f.stage and f.stage == reading.stage)
                                               for f in knowledge.schedule(cell)):
                lines.append(DraftLine("fact", f"{label_of(row)}：{clean(cell.text)}",
                                       (Proof(cell.id, cell.start, cell.end),), bullet=True))
    return lines


def _quarter_names(reading: Reading) -> str:
    if reading.stage:
        return f"第{_CHINESE[reading.stage]}阶段" if reading.stage < 5 else "该阶段"
    return "、".join(f"第{_CHINESE[q]}季度" for q in reading.quarters) or "该时间"


def _other_parts(reading: Reading, told: Clause, dated: Sequence[Evidence], found: Found) -> list[DraftLine]:
    """Where a question asks for several times (几年一定？几年建成？), the dated clauses of its other parts."""
    parts = [part for part in re.split(r"[？?；;]", reading.asked) if re.search(r"几|多久|何时|什么时候|哪|期间|时段", part)]
    lines = []
    for part in parts if len(parts) > 1 else ():
        weights = {term: weight for term, weight in found.weights.items() if term in part}
        best = max(dated, key=lambda each: (round(coverage(weights, each.clause.text), 2), each.score))
        if sum(weights.values()) >= SAYS and best.clause is not told and coverage(weights, told.text) < ON_TOPIC <= coverage(weights, best.clause.text):
            lines.append(_dated(best.clause, replace(found, weights=weights), reading))
    return lines


def _dated(clause: Clause, found: Found, reading: Reading) -> DraftLine:
    """The sentence on the topic, a date counting for it; with the last one before it that has a date, where it has none
    (展望2035年,…。…阶段性目标如期实现。)."""
    def said(sentence: tuple[int, int, float]) -> str:
        return clause.text[sentence[0] - clause.start:sentence[1] - clause.start]

    scored = body_sentences(clause, found, reading.more)
    best = max(scored, key=lambda each: each[2] + (1.5 if _DATE.search(said(each)) else 0))
    kept = [best]
    if not _DATE.search(said(best)):
        kept = [*[each for each in scored if each[0] < best[0] and _DATE.search(said(each))][-1:], best]
    text = ("……" if len(kept) > 1 and kept[0][1] < kept[1][0] - 1 else "").join(map(said, kept))
    return DraftLine("fact", clean(text), (Proof(clause.id, kept[0][0], best[1]),))
