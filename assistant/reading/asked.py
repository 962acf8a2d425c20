"""What single words of a question ask for: its topic, the role, the quarters, the clause's number."""

from __future__ import annotations

import re
from typing import Literal

from assistant.lexicon import lexicon
from assistant.reading.scope import Scope
from ingest.model import Role
from ingest.numerals import number_of
from ingest.tokens import tokens

QUARTER = re.compile(r"(?<![下上后前])(?<!下来)(?<!接着(?=一))第?([一二三四1-4])(?:个)?季度|Q([1-4])|q([1-4])")
# 一到四季度   Q2到Q4
_FROM_TO = re.compile(r"[第Qq]?([一二三四1-4])(?:个?季度)?(?:到|至|[—－~-]+)第?[Qq]?([一二三四1-4])(?:个?季度|(?<=[Qq][1-4]))")
# 第二、三季度   二三季度
_QUARTERS = re.compile(r"[一二三四1-4](?:[、,，和及与]?第?[一二三四1-4])+个?季度")
# 一季度之后   三季度以前
_PAST = re.compile(r"(?<![到至])第?([一二三四1-4])个?季度(?:之|以|过)?(后|前)")
NEXT = re.compile(r"(下|后|接下来|接着|往后)(的|那)?一?个?季度?(?=呢|$|[？?]|度)")
_LEADS = r"(?:牵头|挑头|打头|领头|带头|领衔|主抓|主责|主办)"
_HELPS = r"(?:配合|协办|打下手|协助)"
_BOTH_ROLES = re.compile(rf"{_LEADS}[^，,、。？?]{{0,6}}[、，,；;和跟及与还][^，,、。？?]{{0,12}}{_HELPS}|"
                         rf"{_HELPS}[^，,、。？?]{{0,6}}[、，,；;和跟及与还][^，,、。？?]{{0,12}}{_LEADS}")
_ROLE: tuple[tuple[Role, str], ...] = (
    ("support", r"(只|仅)?.{0,2}(配合|协助)(哪|什么|的|了|几|多少|单位)|(只|仅).{0,2}参与|配合(部门|单位)有?哪|哪些.{0,4}配合|谁配合|打下手|跟着(?:配合|协助)"),
    ("lead", rf"{_LEADS}"),
    ("office", r"责任处室|哪个处|处室"),
    ("execute", r"执行部门|谁执行"),
)
_NUMBERED = re.compile(r"第 ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?(条|项|款|号任务)|指标 ?(\d{1,2})|第 ?(\d{1,2}) ?个?(指标|任务)")
_PATH = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2}){1,3}) ?(?:条|款|项|号条|这一条)")
# 年底呢   年底那个季度干什么
_YEAR_END = re.compile(r"最后一?个?季度|年[底末](?:呢|(?:那个?|这个?)?季度|[^，,。？?]{0,2}(?:干|做)(?:什么|啥|些))")
_STEP = re.compile(r"(下|后|上|前)(面)?一?(条|项|个指标|个任务|款)")

_ASKED = r"(?:什么|哪些|啥|哪几|怎么|几)"
# 主要目标是什么   有什么工作目标   目标都有哪些
GOALS = re.compile(rf"(?:主要|总体|工作|发展|建设|总的?|大)?目标(?:都|是|有|为|定|分别|包括|写)*{_ASKED}|"
                    rf"{_ASKED}(?:样的|主要|总体|工作|发展|建设)*目标(?!表)|目标(?:任务)?(?:列一?下|讲一?讲|说一?说|介绍)|(?:主要|总体|工作|发展|建设|总的?)?目标[？?。]?$")
# 主要讲了什么   一共几个部分   结构是怎样的   给我概括一下
OUTLINE = re.compile(
    r"(?:介绍|讲解|解读|说明)(?:一?下|一介绍|讲解)?|(?:讲|说|聊|看)(?:一?[讲说聊看]|一?下)|怎么样|咋样|(?:有|起)(?:什么|啥)(?:用|作用)|(?:干|做)(?:什么|啥)(?:用)?的|"
    r"(?:亮点|特色|大意|看点|核心|重点)(?:是|有|在|内容)*(?:什么|啥|哪些?|[？?。]?$)|"
    rf"(?:主要|大概|大致|总共|一共|都)(?:讲|说|写|规定|包括|涉及)了?(?:些|的是)?{_ASKED}|(?:主要|大致|全部|整体|总的)内容|"
    rf"讲(?:了|的)(?:些|是)?{_ASKED}|(?:关于|说|讲)的?{_ASKED}的?$|概括|概述|总结一下|简介|简要介绍|"
    r"(?:几|多少)(?:项|条|个)(?:主要|重点)?(?:任务|条款|工作)|(?:几|哪些|哪几|多少)个?(?:大)?(?:部分|章|章节|板块|大块)|(?:结构|框架|提纲|目录|章节)(?:是|有|怎|$|[？?。])")


# 为什么要出台   背景是什么
REASON = re.compile(r"(?:制定|出台|编制|印发|发布)的?(?:背景|目的|依据|原因|初衷|意义)|(?:背景|目的|初衷|意义|依据)(?:是|有)?(?:什么|啥|哪些)|"
                    r"(?:背景|目的|初衷|意义)[？?。]?$|"
                    r"(?:为什么|为啥|为何|凭什么|干嘛)要?(?:出台|制定|编制|印发|发布|搞|弄|有)")
# 适用于谁   跟我有什么关系
WHOM = re.compile(r"适用(?:于|对象|范围|的)?(?:是|有|于)?(?:谁|哪些?|什么)(?:人|对象|企业|单位|主体)?|"
                  r"(?:针对|面向)(?:的是)?(?:谁|哪些?|什么)(?:人|对象|企业|单位|主体)?|"
                  r"对象(?:都|是|有|包括)*(?:谁|哪些?|什么)|(?:跟|和|与)我们?有?(?:什么|啥|没有)?关系|(?:谁|哪些人|哪些企业)(?:能|可以)?(?:受益|享受)")
# 在哪里能看到原文   下载
ORIGINAL = re.compile(r"(?:哪里?|哪儿|怎么|如何)[^，,。？?]{0,6}(?:看|查|找|下载|拿|获取)[^，,。？?]{0,4}(?:原文|全文|文件|文本|正文)|"
                      r"(?:原文|全文|文本)(?:在)?(?:哪里?|哪儿)(?:看|查|找|下载|能|可以|[？?]?$)|(?:下载|链接|网址)(?:地址|链接)?(?:是什么|是啥|有吗)?[？?。]?$")
# 还有别的吗   再给几条   还有没有其他支持
_FURTHER = re.compile(r"(?:还有|^那?有没有|有没有(?=[^，,。？?]{0,3}(?:别的|其他|其它|更多))|再有)(?:没有?)?(?:什么|哪些|啥)?(?:别的|其他|其它|更多)?的?"
                      r"(?:支持|措施|条款|内容|政策|办法)?(?:吗|么|没有?|呢)?[？?。]?$|"
                      r"换一个|再(?:来|说|列|给)(?:一?些|几个|几条|一个|一条)|更多")


_WHO = (r"谁|哪(?:一?个|一?家|些|几个|几家)?(?:部门|单位|处室|机构|地方|司局?)|责任|部门|单位|处室|机构|找|问|咨询|负责|牵头|配合|主管|"
        r"分管|参与|承担|承办|主办|领头|打头|挑头|领衔|带头|举办|组织|实施|主责|管")
_WHEN = r"第[一二三四五]阶段|第?[一二三四1-4]个?季度|什么时候|啥时候|何时|几时|多久|哪一?年|时间|期限|时限|截止|完成|做完|办完|落实到位"
_MONEY = r"钱|资金|经费|补贴|补助|奖励|奖金|资助|金额|额度|数额|条件|材料|手续|流程|门槛|资格|怎么申请|如何申请|申请|申报|办理"
_WHOLE = r"(?:各|分别|都)是(?:什么|啥|哪些)|依据|出处|根据|具体|原文|原话|全文|内容|展开|详细|详情|细说|念|读|讲|说|哪一?[条项款]"
_VALUE = r"目标值?|数值|数字|基期值?|指标"
Bare = Literal["responsibility", "schedule", "support", "target", "detail"]
_BARE: tuple[tuple[Bare, str], ...] = (
    ("schedule", _WHEN), ("support", _MONEY), ("responsibility", _WHO), ("target", _VALUE), ("detail", _WHOLE))
# 这几个单位里有海关吗
_MEMBER = re.compile(r"(?:这|那|上面|上述|以上|其中|里面)[^，,。？?]{0,6}?(?:里|中|之中|里面|其中)?(?:有没有|有无|有|包括|包含|含)"
                     r"([\u4e00-\u9fff]{2,8}?)(?:吗|么|没有?|不)[？?]?$")
OF_ANY = frozenset(("补贴", "补助", "奖励", "资助", "资金", "经费", "项目", "政策", "措施", "条款", "任务", "企业", "金额", "数量"))
"""Names of what is asked of any matter, and of none in particular."""
# 如果没完成会怎么样
UNDONE = re.compile(r"(?:没|未|不)(?:有|能|按[期时])?(?:完成|做完|做到|达到|达标|落实)|完不成")
# 这份要点排了哪几项   10号文第三条的原文
OTHER_PAPER = re.compile(r"(工作要点|要点|清单|目录|名录|细则|指南|指引|号文件?|[这该那]个?文件?(?=里|中|的?第)|》)(?:里[面头]?|中|上)?的?"
                         r"(?:都|具体|一共|总共)?"
                          r"(?:(?:排|列|收录?|写|规定|包括|载|包含)明?(?:了|着|的|出)?(?:是|有)?(?:哪|什么|啥|几)|第[一二三四五六七八九十\d]+条(?:的)?(?:原文|内容|全文|怎么|是|规定|讲|说))")
RANKED = re.compile(r"排(?:在|到|了)?(?:第几(?!个?(?:季度|阶段|步|条|项|章))|多少[位名])|第几(?:位|名)|名列第|位列第几|居第几")
CONFIRM = re.compile(r"吗|么|[是对没错]吧|对不对|是不是|是否|没错|真的|属实|有误|没记错|是这样")
_FILLER = re.compile(
    rf"{_WHO}|{_WHEN}|{_MONEY}|{_VALUE}|{_WHOLE}|那么?|这|它们?|他们?|其中?|上面|上述|以上|前面|刚才|里面?|[几两]?[条项款家]|任务|工作|措施|事情?|"
    r"国家层面|对应|对口|各|分别|都|又|再|还|也|就|到底|究竟|是否|是不是|归|由|是|的|去|来|只|要|该|应该?|得|能|可以|会|向|跟|有没有|没有|有|无|多少|几|什么|哪些?|啥|给|拿|领|补|具体|"
    r"写明?|规定|明|列出|干|做|要求|怎么|如何|吗|么|呢|吧|啊|了|不|些|个|我们?|请|一下|告诉|多|最|相关|有关|[，,。？?！!、：:\s]")


def bare_intent(text: str) -> Bare | None:
    """What a follow-up asks that has no matter of its own (那要找谁？什么时候完成？有没有钱补？念一下原文); None where it has one."""
    if asked_member(text):
        return "responsibility"
    if UNDONE.search(text):
        return None
    if len(_FILLER.sub("", text)) > 1:
        return None
    return next((intent for intent, words in _BARE if re.search(words, text)), None)


def asked_member(text: str) -> str:
    """The body of which a follow-up asks whether it is among those named before: 这几个单位里有海关吗; '' for another question."""
    found = _MEMBER.search(text)
    return found.group(1) if found and re.search(r"单位|部门|名单|里面|局|委|厅|法院|海关|检察院|银行|公安", text) else ""


def asks_further(text: str) -> bool:
    """Whether no more is said than that there should be more."""
    return bool(_FURTHER.search(text))


def of_a_whole_plan(text: str) -> bool:
    """Whether a question is for the goals of a plan, or for what it is about and how it is built."""
    flat = text.replace(" ", "")
    return bool(GOALS.search(flat) or OUTLINE.search(flat))


def topic_terms(text: str, scope: Scope) -> tuple[str, ...]:
    """Words of the topic: no particles, no question words, no names of regions and plans already understood."""
    stop = lexicon().stop
    body = scope.taken_from(text)
    if QUARTER.search(body) or NEXT.search(body):
        body = re.sub(r"第?[一二三四1-4]个?季度|[前下上后][一二三两]?个?季度", " ", body)
    body = _YEAR_END.sub(" ", body)
    body = re.sub(r"(?:有|还有|有没有|有无)?(?:什么|啥|哪些|何)(?:好)?(?:办法|法子|门路|渠道|途径)(?=$|[，,。？?吗])", " ", body)
    body = re.sub(r"(哪|什么)(几|些|个|一)*(地方|地区|城市|省份)", " ", body)
    found = [t for t in tokens(body) if t not in stop and not re.fullmatch(r"x+", t) and (len(t) > 1 or not "\u4e00" <= t <= "\u9fff")]
    return tuple(dict.fromkeys(found))


def asked_role(text: str) -> Role | None:
    """The one role a question asks for; None where it asks for none, or for several."""
    if re.search(r"配合的?(都|就)?(不要|不算|除外|不用)|(不要|不含|除了|去掉)[^，,。？?]{0,4}配合", text):
        return "lead"
    if re.search(r"(只|仅)[^，,。？?]{0,2}(当|做|是)?配合", text) and re.search(r"不(是|当|做|算|任)?(牵头|主责|责任单位)", text):
        return "support"
    if re.search(r"(责任|牵头|主责)(的|单位)?[和与、及或跟]+配合|配合(的|单位)?[和与、及或跟]+(责任|牵头|主责)", text):
        return None
    if re.search(r"(负责|牵头|责任)[^，,、]{0,6}[、，,；;和跟及与][^，,、]{0,4}配合|配合[^，,、]{0,6}[、，,；;和跟及与][^，,、]{0,4}(负责|牵头|责任)", text):
        return None
    if _BOTH_ROLES.search(text):
        return None
    both = re.search(r"(责任单位|牵头|主责)[^，,。？?]{0,4}[，,、；;和]", text) and not re.search(r"不(是|当|做|算|任)?(牵头|主责|责任单位)", text)
    if both and re.search(r"配合", text):
        return None
    if re.search(r"(只|仅|单纯)[^，,。？?]{0,2}(配合|协助|参与)|不(是|当|做)?(牵头|主责|责任单位)", text):
        return "support"
    if re.search(r"(只|仅)[^，,。？?]{0,2}(牵头|负责)|不(是)?配合", text):
        return "lead"
    found = [role for role, pattern in _ROLE if re.search(pattern, text)]
    if found == ["support"] and re.search(r"责任单位|牵头|负责的", text):
        return None
    return found[0] if len(found) == 1 else None


def clause_number(text: str, last: bool = False) -> int | None:
    """The number of a clause that a text names: the first, or the last of several."""
    every = list(_NUMBERED.finditer(text))
    found = every[-1 if last else 0] if every else None
    return number_of(next(g for g in (found.group(1), found.group(3), found.group(4)) if g)) if found else None


def clause_path(text: str) -> str:
    """The place of a clause as answers and links give it: 3.2.1条, 第2.3.8款; '' where there is none. 1.2% is a number."""
    found = _PATH.search(text)
    return found.group(1) if found else ""


def step(text: str) -> int:
    """`下一条呢` is the clause after the last one, `上一条` the one before."""
    found = _STEP.search(text)
    return 0 if not found else 1 if found.group(1) in "下后" else -1


def quarters_in(text: str) -> tuple[int, ...]:
    first = re.search(r"前([二三两23])个?季度", text)
    spans = range(1, number_of(first.group(1).replace("两", "二")) + 1) if first else range(0)
    rest = re.search(r"(?<!往)[后余剩]下?(?:的|那)?([二两三23])个?季度", text)
    after = range(5 - number_of(rest.group(1).replace("两", "二")), 5) if rest else range(0)
    half = (1, 2) if "上半年" in text else (3, 4) if "下半年" in text else ()
    if re.search(r"(4|四)个季度|各季度|每个?季度|全年(进度|安排)", text):
        return (1, 2, 3, 4)
    named = {number_of(next(g for g in m.groups() if g)) for m in QUARTER.finditer(text)}
    listed = {number_of(each) for m in _QUARTERS.finditer(text) for each in re.findall(r"[一二三四1-4]", m.group(0))}
    between = {n for m in _FROM_TO.finditer(text) for n in range(number_of(m.group(1)), number_of(m.group(2)) + 1)}
    if past := _PAST.search(text):
        named = {n for n in range(1, 5) if (n > number_of(past.group(1))) == (past.group(2) == "后") and n != number_of(past.group(1))}
    ends = (4,) if _YEAR_END.search(text) else ()
    return tuple(sorted({*spans, *after, *half, *named, *listed, *between, *ends}))
