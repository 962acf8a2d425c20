"""What a question asks of its matter by a name (面积有多大, 要交保证金吗, 收益怎么分成), where no clause on the matter has it."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.lexicon import lexicon
from assistant.reading.question import Reading
from assistant.topic import held
from ingest.tokens import is_word, part_of_speech, tokens

_HAN = "[\u4e00-\u9fff]"
# 投诉渠道   验收标准: the word before says what it is asked of
_KIND = re.compile(rf"({_HAN}{{2,8}}?)的?(?:标准|渠道|依据|流程|程序|期限|周期|频次|门槛|模板|格式|途径)"
                   r"(?:是|有|为|又是|都)?(?:什么|啥|哪些|多少|怎样|如何|哪[个部条项份][\u4e00-\u9fff]{0,3}|呢)?$")
_END = "(?:吗|么|不|呢|没有?|嘛)?$"
_BY_NAME = (
    _KIND,
    # 公示网站是哪个   面积有多大
    re.compile(rf"({_HAN}{{2,8}}?)(?:是|有|为)(?:什么样?|啥|哪一?[个部家条项份]|多大|多高|多长|多宽|多重|怎样)的?$"),
    # 编制给了几个
    re.compile(rf"({_HAN}{{2,8}}?)(?:给|批|配|设|发|分|拨)了?(?:多少|几)(?:个|名|人)?$"),
    # 有没有规定违约金
    re.compile(rf"(?:有没有|有无|是否有)(?:规定|写明?|讲到?|说明?|提到?|设)?({_HAN}{{2,6}}?)$"),
    # 对营业额有没有要求
    re.compile(rf"对({_HAN}{{2,6}}?)(?:上|方面)?(?:有没有|有无|是否有|有|的)(?:什么|啥|哪些|何|特别)*(?:要求|规定|说法|限制|标准|门槛){_END}"),
    # 要交保证金吗
    re.compile(rf"(?:要不要|需不需要|是否需要|需要|要|得|用不用)(?:先|再)?(?:交|缴|付|提供|提交|出示|签|买|带|填)({_HAN}{{2,6}}?){_END}"),
    # 收益怎么分成
    re.compile(rf"({_HAN}{{2,8}}?)(?:要|该|应该?|会|是|得|又|都|应当|将)?(?:怎么|如何|咋个?|怎样)"
                rf"(?!样|来|去|安排|推进|[做弄搞办写说讲管定用抓建够看]|开展|实施|保护|规定|落实|发展|解决|可能){_HAN}{{1,4}}$"),
)
"""Ways of asking by a name."""
_FRAME = frozenset((
    "单位", "部门", "措施", "内容", "任务", "方面", "目标", "要求", "意思", "原则", "依据", "情况", "时候", "季度", "时间", "指标", "数字",
    "路子", "办法", "门路", "渠道", "说法", "规定", "条款", "作用", "对象", "方式", "重点", "方向", "范围", "目的", "意义", "主题", "特点",
    "区别", "全称", "简称", "名字", "名称", "含义", "定义", "概念", "口径", "背景", "关系", "公式", "模式", "哪几个", "哪几种", "几件", "原话",
    "原文", "人家", "区里", "市里", "省里", "县里", "好不好", "个数", "硬指标", "花样", "活路", "总责", "时段", "地方", "阶段", "搞不清",
    "上门服务", "优惠", "政策", "工厂", "苗子", "练兵", "机构", "平台", "想学", "说白了", "章节", "层级", "段落", "页码", "字样", "例子",
    "数据", "年份", "下文", "戏", "盼头", "回事", "东西", "讲究", "把握", "动静", "眉目", "后手", "名堂", "底气", "依靠", "靠山", "帮手",
    "干货", "实惠", "红包", "甜头", "大动作", "动作", "奖金", "补贴", "补助", "资金", "经费", "奖励", "钱", "具体", "有关", "相关", "统一",
    "最低", "最高"))


def by_kind(part: str) -> bool:
    """Whether a part asks by nothing but the kind of what it wants (质押融资的办理流程)."""
    return bool(_KIND.search(part))


def attribute(part: str, reading: Reading, said: str, elsewhere: Callable[[str, str], bool]) -> str:
    """The name by which a part asks that neither stands in what was told nor has another word that does; '' where it asks for
    nothing of the kind. `elsewhere`: whether the clauses that have the name (the first argument) are not about
    the matter, the words of the name in full (the second; 公示网站) left out of it."""
    if reading.intent not in ("detail", "target", "schedule", "definition", "support") or reading.follows:
        return ""
    for pattern in _BY_NAME:
        found = pattern.search(part)
        full = next(filter(None, found.groups())).rpartition("的")[2][-4:] if found else ""
        words = [word for word in tokens(full) if len(word) > 1]
        name = words[-1] if words else ""
        if not name or name in _FRAME or name in lexicon().stop or name in "".join(reading.scope.words) or re.search("[几多哪]", name):
            continue
        if not is_word(name) or (part_of_speech(name) != "name" and pattern is not _KIND) or part_of_speech(name) == "particle":
            continue
        told = name in said if pattern is _KIND else held(name, said)               # 评估 is not 验收
        if told and not elsewhere(name, full):
            continue
        return name
    return ""
