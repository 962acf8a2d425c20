"""Questions on documents that no rule was written for: a statute, a national plan, a city's opinions, added as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assistant.chain import Assistant, open_assistant
from assistant.model import Question
from assistant.settings import AssistantSettings
from ingest.__main__ import main
from tests.ingest.small_corpus import make_corpus

STATUTE = """云州市专利促进条例

（2015年11月25日云州市第三届人民代表大会常务委员会第二十次会议通过）

第一章 总则

第一条 为了促进发明创造和专利运用，根据有关法律，结合本市实际，制定本条例。

第二条 在本市行政区域内从事专利促进、保护、管理及相关活动，适用本条例。

第三条 市专利管理部门负责本市行政区域内专利事业发展的统筹协调和专利管理。

第二章 促进

第十条 在评定专业技术职称时，发明人获得的专利应当作为职称评定的重要条件。

第十一条 违反本条例规定的，由市专利管理部门责令改正，处二千元以上二万元以下罚款。

第十二条 本条例自2016年3月1日起施行。
"""
NATIONAL = """国务院关于印发《知识产权保护和运用“十五五”规划》的通知

国发〔2026〕30号

知识产权保护和运用“十五五”规划

一、总体要求

坚持以推动知识产权事业高质量发展为主题，全面提升知识产权创造、运用、保护、管理、服务水平。

到2030年，知识产权综合实力和国际竞争力进一步增强，知识产权强国建设取得决定性进展。

展望2035年，知识产权综合竞争力跻身世界前列。

二、重点任务

（一）完善知识产权法律制度

健全知识产权法律法规。完善商业秘密保护制度，持续完善专利相关法律制度。
"""
OPINIONS = """关于推进人才集聚工程的实施意见

根据《中共云州市委关于新型城市化发展的决定》，提出以下实施意见。

一、总体目标

1.目标。2023年起5年内，重点引进和培养高层次人才2000名左右。

二、行动计划

2.科技新星项目。加大对青年科技人才的资助力度，5年内资助100名。（牵头单位：市科技和信息化局，配合单位：市财政局）
"""


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("others")
    corpus, index = make_corpus(root / "corpus"), root / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPPLAN_CORPUS", str(corpus))
        patch.setenv("IPPLAN_INDEX", str(index))
        assert main(["build"]) == 0
        for name, text, region in (("云州条例", STATUTE, "云州"), ("国家规划", NATIONAL, ""), ("人才意见", OPINIONS, "云州")):
            path = root / f"{name}.txt"
            path.write_text(text, encoding="utf-8")
            assert main(["add", str(path), *(["--region", region] if region else [])]) == 0
    opened = open_assistant(AssistantSettings(corpus=corpus, index=index, today=date(2026, 11, 22)))
    yield opened
    opened.close()


@pytest.mark.parametrize(("question", "words"), [
    ("云州市专利促进条例第十条是什么", ("职称评定的重要条件",)),
    ("云州的专利促进条例什么时候施行？", ("自2016年3月1日起施行", "没有写明实施期")),
    ("云州市专利促进条例由谁负责专利管理", ("第三条",)),
    ("云州专利条例的罚款是多少", ("二千元以上二万元以下",)),
    ("国家十五五知识产权规划的主要目标是什么", ("取得决定性进展", "跻身世界前列")),
    ("国家“十五五”规划对商业秘密怎么说", ("完善商业秘密保护制度",)),
    ("云州市科信局牵头哪些任务", ("牵头单位（1）", "科技新星项目")),
])
def test_answers(question: str, words: tuple[str, ...], others: Assistant) -> None:
    reply = others.ask(Question(question))
    assert reply.status == "answered"
    assert [word for word in words if word not in reply.text] == []


def test_the_goals_of_a_region_and_of_the_nation_side_by_side(others: Assistant) -> None:
    reply = others.ask(Question("黔江的目标和国家十五五规划的目标有什么不同"))
    assert "对照" in reply.text
    assert len({citation.plan_id for citation in reply.citations}) == 2
    assert "知识产权强国建设取得决定性进展" in reply.text


def test_the_bureau_of_the_nation_names_no_plan(others: Assistant) -> None:
    reading, _ = others.look(Question("国家知识产权局支持什么"))
    assert not reading.scope.named
