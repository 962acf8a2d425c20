"""What a question asks for and an answer does not state: how many, where, which by name, when, why, what share.

An answer that states none of what was asked is no answer, however near its clauses are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.knowledge import Knowledge
from assistant.lexicon import lexicon
from assistant.model import DraftLine
from assistant.reading.asked import OTHER_PAPER, RANKED
from assistant.reading.question import Reading
from assistant.topic import RANK, held
from ingest.tokens import is_word, part_of_speech, tokens

NO_TIME = "所引条款没有写明具体时间。"
NO_UNIT = "该规划没有写明这一条的责任单位。"
NO_LIST = "该规划没有解释其具体含义，也没有列出具体内容，只在上述条款中提到。"
SHORT = 6
"""A part that asks whether, in so few characters, is asked beside (万州有没有)."""
_INTENTS = ("detail", "definition", "target", "schedule", "support", "comparison")
_PARTS = re.compile(r"[？?，,。；;！!、：: ]|(?<=[\u4e00-\u9fff])和(?=[^，,。？?]{0,6}(?:多少|几|哪))")
_ASKING = re.compile(r"原文|第几[位名]|名字(?:发|给|报|列)|多[大高长宽重远久]|"
                     r"多少|第?几季度|(?<![第十好近])几(?![十百年度])|谁|什么|啥|哪|吗|怎么|如何|是不是|还是|有没有|多久|何时|为何|咋|会怎|列明|提供|名单|"
                     r"[^不]{1,2}不[^，,。？?]{1,2}$|(?:么|没有?|吧|呢)$")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）](?=[。？?]?$)")
_STORY = re.compile(r"(?:我们?|手[上里头]|公司|家里)[^，,。？?]{0,6}有(?:个|了)?几")
_CLAIM = re.compile(r"(?:吗|么|吧|没有?)$|是不是|对不对|还是|够不够")
_NUMERAL = r"(?:\d[\d.,]*|[二两三四五六七八九十百]+|一(?=[家所名件项])(?!项工作))"
_UNITS = "个|家|所|处|座|套|枚|张|款|样|条|项|件|名|人|户|场|次|期|年|天|倍|种|类|批|岁|点|级|小时|工作日|平"
_MANY = re.compile(rf"(?:多少|好多(?=[万亿钱个家件名天次])|(?<![哪第这那好])几)(?!个?(?:季度|阶段|步))\s*(?:万|亿)?({_UNITS})?([\u4e00-\u9fff]{{0,2}})")
_PERSONS = "人|名"
_ALIKE = "个|家|所|处|座|套|枚|张|款|样|件|条|项|类|种|名|人"
_WHEN = re.compile(r"[几一二两三四]年一(?:届|次|回|轮)|什么时候|啥时候|何时|几时|几月|多久|哪一?[年天月]|哪个(?:月|季度)|第?几季度|期限|日期")
_TIME = re.compile(r"20\d\d|每[^，。；]{0,6}[年季月]|\d\s*[—－-]+\s*\d\s*年|\d+ ?月|季度|阶段|年度|逐年|定期|年底|期末|近期|长期|"
                   rf"{_NUMERAL}年(?=时间|内|期|左右|建设)|十[一二三四五六七]五")
_SHARED = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:各占|分别占|占了?)(?:多少|几)")
_EVENT = re.compile(r"打款|到账|拨付|放款|发钱|发放|报名|开班|开课|考试|受理|公示|面试|缴费")
_WHERE = re.compile(r"哪(?:些|几个?|一?个)?(?:县|区(?!域)|镇|乡|街道|村|城市|州)")
_ANYWHERE = re.compile(r"(?<![写定到现列])在(?:哪(?:里|儿|办|开|$)|[\u4e00-\u9fff]{0,3}(?:什么|啥子?)地方)|地点|设在哪")
_STREET = re.compile(r"哪条(?:路|街)|哪栋|几楼|门牌|地址")
_NUMBERED = re.compile(r"[路街道]\d*号|\d+号|\d+楼")
_LOCATED = re.compile(r"[\u4e00-\u9fff]{2,4}(?:自贸区|新区|开发区|高新区|保税区|园区)|"
                      r"在(?!我[省市区])[\u4e00-\u9fff、“”（）()]{2,20}(?:地区|园区|区县|高校|机构|中心|平台|窗口|区|县|市)")
_LOCALITY = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:新区|高新区|开发区|自贸区|试验区|县|镇|街道|区(?![县域间块]))")
_ANY_LOCALITY = re.compile(r"(?:地|园|社|辖|全|我|各|市|内|校|景|商)区|区县|区域|各[区县市镇乡]|重点.{0,4}区|示范区|密集|有关|市、区|的|条件|支持")
_NAMED = re.compile(r"叫(?:啥|什么)|(?<!黑)名单|逐一列明|哪几(?:所|家)(?!单位|部门)|哪些?(?:企业|公司|学校|机构|律所|律师事务所|银行)|"
                    r"哪(?:一?家|一?所)(?!单位|部门)")
_LISTED = re.compile(r"(?<!黑)名单|名字(?:发|给|报|列)|名录|逐一列明|哪(?:些|几[家个])(?:企业|公司|学校|机构|商标|品牌)|"
                     r"哪(?:一?个|一?家|一?所|几所)(?:大学|高校|学院|院校|律所|律师事务所|事务所|公司|医院)")
_BODY = re.compile(r"[\u4e00-\u9fff]{2,10}(?:公司|集团|(?<!家用)电器|制药|大学|学院|银行|事务所|实验室|协会)|"
                   r"[\u4e00-\u9fff]{2,6}、[\u4e00-\u9fff]{2,6}、[\u4e00-\u9fff]{2,6}等[^，。；]{0,6}(?:企业|品牌)")
_NAME = re.compile(r"《[^》]+》|“[^”]{2,}”|[\u4e00-\u9fff]{2,10}(?:公司|集团|电器|制药|大学|学院|银行|事务所|实验室|协会|中心|中学|(?<!中)小学)")
_ACTUAL = re.compile(r"进展(?:到|得?如何|得?怎么?样)|"
                     r"(?:效果|成效)[^，,。？?]{0,3}(?:怎么?样|如何|好不好|咋样)|(?:完成|落实|执行|推进|进行)得(?:怎么?样|如何|咋样)|"
                     r"拿到[^，,。？?]{0,4}(?:钱|补贴|资助|奖励)的?(?:有|是)?(?:几|多少|哪)|后来|最后(?!一|那|[两二三几])[^，,。？?]{0,4}(?:选|定下|落在|给了|评上)|最终|到底(?:选|定|给)|选中|"
                     r"结论|批下来|建成(?:了没|没有|了吗)|(?:现在|目前|如今|已经)[^，,。？?]{0,12}(?:吗|了没|没有?|不)$|(?:现在|目前|如今)(?:有|是|达到了?|到了?)?(?:多少|几)|落到了?哪")
_ACTING = re.compile(r"联席会议|领导小组|[省市区县州](?:人民)?政府|[\u4e00-\u9fff]{2}[局厅委](?![托员派])|(?:编制|主管|有关)部门")
"""Who acts, where the text of a clause says so itself."""
_ANYONE = re.compile(r"谁|哪|部门|单位|牵头|配合|负责")
_LEADS = re.compile(r"(?:牵头|主责|负责|配合)(?:的|单位|部门)*(?:都|又|就|到底)?是|(?:谁|哪家|哪个[局厅委]?)[^，,。？?]{0,2}(?:牵头|负责|配合)|"
                    r"(?:主责|牵头|配合|负责)[^，,。？?]{0,8}哪[几些]?家|落[到在]哪[几些]?家")
_LED = re.compile(r"(?:牵头|责任|主责|配合)(?:单位|部门)?[:：]")
# 进驻的究竟是哪几家公司
_FIRMS = re.compile(r"是哪(?:几|些|一)?(?:家|个|所)?(?:公司|企业|大学|高校|律所|律师事务所)")
_NEVER = re.compile(r"(?!)")
"""What a plan never states: how things turned out."""
_FAILED = re.compile(r"(?:(?:没|未|不)(?:有|能|按[期时])?(?:完成|做到|达到|达标)|完不成|达不到)"
                     r"(?:了|的话|目标|任务|指标)*(?:会?怎|又怎|咋|如何|呢|有什么(?:后果|处罚))")
_PENALTY = re.compile(r"会?(?:被?吊(?:销|证)|罚款|挨罚|受罚|扣分|记过|拘留)(?:吗|么|不|还是|$)|(?:什么|啥|哪些|多重的?)(?:处罚|后果|罚则|惩罚)|罚多少|"
                      r"(?:怎么|如何|咋|会|要)(?:被|受)?(?:处罚|惩罚|罚(?!性)|问责|追责|挨批)")
_BLAMED = re.compile(r"问责|追责|约谈|通报批评|追究[^，。；]{0,6}责任|责任追究|处分|处以|罚款|给予[^，。；]{0,6}处罚")
_PERSON = re.compile(r"(?:召集人|主任|局长|处长|科长|组长|主席|负责人|联系人|经办人)[^，,。？?]{0,4}(?:是谁|哪位|哪个人|叫)|哪位|"
                     r"谁(?:来)?(?:当|主持|签字|拍板)|哪个(?:副?区长|副?市长|副?省长|领导)")
_OFFICER = re.compile(r"[\u4e00-\u9fff]{2,4}(?:同志|先生|女士)|(?:区长|市长|省长|局长)(?:任|担任)")
_FILED = re.compile(r"(?:往|到|去|交到?|送到?|报到?)哪(?:儿|里|个?窗口)?(?:去)?(?:交|报|送|办|申请|申报|递)|盖(?:哪些?|什么)章")
_PROVINCE = re.compile(r"哪(?:一?个|几个)?省(?:份|市)?(?!厅|局|级)")
_HOURS = re.compile(r"(?:周|星期|礼拜)[一二三四五六日末天][^，,。？?]{0,3}(?:开|上班|办)|几点|开不开门|上不上班|上班时间|营业时间|受理时间|办公时间")
_CLOCK = re.compile(r"\d{1,2} ?[:：点时]|工作日|上午|下午")
_BORNE = re.compile(r"(?:费|钱|款)[^，,。？?]{0,6}(?:出不出|报不报|给不给|管不管|谁出)")
_PAYS = re.compile(r"免费|承担|报销|费用由|补助|补贴|资助")
_WHY = re.compile(r"为什么|为啥|凭啥|为何(?=[^，,。？?]{2})|凭什么|(?:测算|计算)(?:的)?依据|理由|原因|(?:怎么|如何)(?:测算|推算|算|定|得)出")
_BECAUSE = re.compile(r"因为|由于|为了|鉴于|原因")
_SHARE = re.compile(r"百分之(?:几|多少)|几成|(?:几|多少)个?(?:百分)?点|(?:增长率|比例|占比|比率|(?<!对)比重(?!庆)|"
                    r"利率|税率)[^，,。？?]{0,6}(?:数值|多少|几|是)")
_PERCENT = re.compile(r"\d\s*[%％成倍]|百分之")
_MONEY = re.compile(r"(?:保费|收费|费用|租金|价格|赔)[^，,。？?]{0,4}(?:多少|几)|"
                    r"(?:多少|好多)(?:万|亿)?(?:元|钱|块|补贴|补助|奖金|奖励|资助|经费)|(?:多少|几|好多)(?:万|亿)(?![件家人个户次])")
# 一个组合起码得凑够几件
_OF_EACH = re.compile(r"(?:一|每|单)(?:个|家|件|次|场|期|名|所|项)(?!方面|季度|月|年)[^，,。？?]{1,12}(?:多少|几)(?!个?(?:季度|阶段|步))")
_COUNTRY = re.compile(r"哪(?:些|几个?|一?个)国家")
_COUNTRIES = re.compile(r"[\u4e00-\u9fff](?<![全本我各外中两])国(?!家|内|际|务|有|资|民|标|情|产|外|土|道|企|防)|日本|东盟|欧洲|欧盟|一带一路|RCEP|中亚|东南亚")
_AMOUNT = re.compile(r"\d\s*(?:万|亿)?元")
_FEE = re.compile(r"收不收费|收费(?:吗|么|不)|免费|要不要钱|要钱(?:吗|么|不)|收钱")
_FREE = re.compile(r"免费|收费|费用")
_CONDITION = re.compile(r"(?:什么|哪些|啥|何种)(?:认定|申报|具体)?(?:条件|材料|手续|门槛|流程|资格)")
_CONDITIONS = re.compile(r"条件|手续|流程|程序|资格|标准|办理|备案|变更")
_PAPERS = re.compile(r"(?:什么|哪些|啥子?|何种)[^，,。？?]{0,3}材料|材料(?:清单|有哪些)|带(?:些|点)?(?:什么|啥)")
_PAPER = re.compile(r"(?<![新础能合筑原])材料|证明|申请表|复印件")
_COUNTED = re.compile(r"共\d+")
_LABEL = re.compile(r"^(?:第\d{1,2}[项条] |\d{1,2}[.．﹒、](?!\d)|[（(][一二三四五六七八九十]{1,3}[)）])")
_ONE_OF = re.compile(r"(?:是|按|算|用|要|会|指)(?!每年|一年|[一二三四五]年)([\u4e00-\u9fff]{2,8})还是([\u4e00-\u9fff]{2,8})")
_COUNTED_OUT = re.compile(r"(?:几|多少)(?:条|项|个方面|点|种|类)[^？?]{0,6}(?:分别|各|都)?是?(?:什么|啥|哪)|(?:分别|各|都)(?:是|有)?(?:什么|啥|哪)|"
                          r"[念列报说写](?:一遍|出来|全|下来)|(?:名字|名称)都")
_EITHER = re.compile(r"\d[\d.]*\s*%?\s*(?:还是|或者?)\s*\d[\d.]*")


# 面积有多大   公示网站是哪个   有没有规定违约金
_OF_A_NAME = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:是|有|为)(?:什么样?|啥|哪一?个|多大|多高|多长|多宽|多重|怎样)的?$|"
                        r"有(?:没有|无)(?:规定|写明?|讲到?|说明?|提到?|设)?([\u4e00-\u9fff]{2,6}?)$")
_AREAS = frozenset(("全国", "全省", "全市", "知识", "产权", "知识产权", "西部"))
_FRAME = frozenset(("单位", "部门", "措施", "内容", "任务", "方面", "目标", "要求", "意思", "原则", "依据", "情况", "时候", "季度", "时间", "指标", "数字",
                    "路子", "办法", "门路", "渠道", "说法", "规定", "条款", "作用", "对象", "方式", "重点", "方向", "范围", "目的", "意义", "主题",
                    "特点", "区别", "全称", "简称", "名字", "名称", "含义", "定义", "概念", "口径", "背景", "关系", "公式", "模式"))


def _states_count(part: str, said: str) -> bool:
    asked = _MANY.search(part)
    unit = asked.group(1) if asked else ""
    if _OF_EACH.search(part) and not re.search(r"[每各]|一[个家件次场期]", said):
        return False                                       # 一个组合得凑够几件: 10个组合 does not say
    if not unit:
        return bool(re.search(r"(?<![\d.+])(?!20\d\d)\d[\d.,]*\s*[\u4e00-\u9fff%％℃(（]|[一二两三四五六七八九十百千]+(?:万|亿|%|倍)", said))
    noun = re.sub(r"[都是在呢要有会叫各吗]+$", "", asked.group(2)) if asked else ""
    if noun and not noun.startswith("人") and re.search(rf"、[^。；]{{0,20}}{noun}|\d\s*{noun}", said):
        return True                                        # 11省市   集中收储、在线托管、撮合交易渠道
    if unit == "个" and noun.startswith("人"):
        unit = "人"
    if unit == "年":
        return bool(re.search(r"(?<!\d)(?!20\d\d)(?:\d{1,3}|[二三四五六七八九十]+)\s*年", said))
    kinds = _PERSONS if unit in _PERSONS.split("|") else _ALIKE if unit in _ALIKE.split("|") else unit
    return bool(re.search(rf"{_NUMERAL}\s*(?:多|余|至|-|—)?\s*(?:万|亿)?\s*(?:{kinds})", said))


def _states_place(_: str, said: str) -> bool:
    localities = [found for found in _LOCALITY.findall(said) if not _ANY_LOCALITY.search(found)]
    return bool(localities) or any(place in said for place in lexicon().within)


def _states_choice(part: str, said: str) -> bool:
    """Whether a text has a word of either side: 按坐车算还是走路算."""
    return any(word in said for side in _ONE_OF.findall(part) for name in side for word in tokens(name) if len(word) > 1)


def _states_rank(part: str, said: str) -> bool:
    """Whether a rank stands in the piece of a sentence that is about what is asked (有效商标注册总量…上升至第22位)."""
    names = [word for word in tokens(RANKED.sub("", part)) if len(word) > 1 and is_word(word) and part_of_speech(word) == "name"]
    pieces = [piece for piece in re.split(r"[，,。；;](?!居|位居|位列|排|名列)", said) if RANK.search(piece)]
    return any(held(name, piece) for piece in pieces for name in names if name not in _AREAS)


def _states_province(part: str, said: str) -> bool:
    return any(place in said and place not in part for place in dict.fromkeys(lexicon().within.values()))


def _holding(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda _, said: bool(pattern.search(said))


def _states_paper(part: str, said: str) -> bool:
    """Whether a text tells what is in the document of which a part asks, and does not only name it."""
    asked = OTHER_PAPER.search(part)
    paper = re.escape(asked.group(1)) if asked else ""
    return bool(asked and re.search(rf"{paper}[^，。；]{{0,4}}(?:包括|包含|规定|明确|列有|[:：])|(?:列入|纳入|写入)[^，。；]{{0,16}}{paper}", said))


_WANTS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], bool]], ...] = (
    ("后来的实际情况", _ACTUAL, _holding(_NEVER)),
    ("该文件的内容", OTHER_PAPER, _states_paper),
    ("具体人员", _PERSON, _holding(_OFFICER)),
    ("没有完成的后果", _FAILED, _holding(_BLAMED)),
    ("处罚", _PENALTY, _holding(_BLAMED)),
    ("办理地点", _FILED, _holding(re.compile(r"窗口|受理"))),
    ("具体国家", _COUNTRY, _holding(_COUNTRIES)),
    ("名次", RANKED, _states_rank),
    ("具体省份", _PROVINCE, _states_province),
    ("设在哪个单位", re.compile(r"设在哪个?(?:科|处|局|单位|部门)"), _holding(re.compile("设在"))),
    ("办公或受理时间", _HOURS, _holding(_CLOCK)),
    ("费用由谁承担", _BORNE, _holding(_PAYS)),
    ("文号", re.compile(r"文号"), _holding(re.compile(r"〔\d|［\d|\d号"))),
    ("理由", _WHY, _holding(_BECAUSE)),
    ("比例", _SHARE, _holding(_PERCENT)),
    ("是否收费", _FEE, _holding(_FREE)),
    ("所需材料", _PAPERS, _holding(_PAPER)),
    ("条件、材料或办理流程", _CONDITION, _holding(_CONDITIONS)),
    ("具体地址", _STREET, _holding(_NUMBERED)),
    ("具体地点", _WHERE, _states_place),
    ("具体地点", _ANYWHERE, lambda part, said: bool(_LOCATED.search(said)) or _states_place(part, said)),
    ("具体名单", _LISTED, _holding(_BODY)),
    ("具体名单", _NAMED, lambda _, said: bool(_NAME.search(said) or _COUNTED.search(said))),    # 基本原则共5条：坚持党的领导…
    ("时间", _WHEN, _holding(_TIME)),
    ("金额", _MONEY, _holding(_AMOUNT)),
    ("具体数量", _MANY, _states_count),
    ("是哪一种", _ONE_OF, _states_choice),
)


def lacking(reading: Reading, lines: Sequence[DraftLine], knowledge: Knowledge) -> str:
    """What the clauses of an answer do not state, where it is all that was asked for; '' where the answer answers."""
    if reading.language == "en":
        return "相关条款没有写明时间" if reading.intent == "schedule" and any(line.text == NO_TIME for line in lines) else ""
    if reading.follows and reading.intent == "responsibility" and _ACTUAL.search(reading.asked) and not _ANYONE.search(reading.asked):
        return "相关条款没有写明后来的实际情况"
    asking = [part for part in _PARTS.split(_IN_BRACKETS.sub("", reading.asked)) if _ASKING.search(part) and not _STORY.search(part)]
    if reading.intent == "responsibility" and any(line.text == NO_UNIT for line in lines):
        told = [line for line in lines if line.kind == "fact"]
        return NO_UNIT.rstrip("。") if len(asking) == 1 and len(told) == 1 and not _ACTING.search(told[0].text) else ""
    if reading.intent not in _INTENTS and not (reading.intent == "responsibility" and _FIRMS.search(reading.asked)):
        return ""
    said = "\n".join(_LABEL.sub("", line.text) for line in lines if line.kind == "fact" or (line.kind == "remark" and _COUNTED.search(line.text)))
    remarks = {line.text for line in lines if line.kind == "remark"}
    if any("没有写明完成时间" in text for text in remarks):          # 没有写明完成时间，该规划的实施期为2022—2024年
        return ""
    if NO_LIST in remarks:
        return "该规划没有解释其具体含义，也没有列出具体内容"
    if year := _between(reading, said, knowledge):
        return f"相关条款没有写明{year}年的数值"
    if (either := _EITHER.search(reading.asked)) and not any(number in said for number in re.findall(r"\d[\d.]*", either.group(0))):
        return "相关条款没有写明这一数值"
    at = [said.find(re.sub(r"[^\d.]", "", number)) for number in reading.numbers]
    if len(at) > 1 and _WHY.search(reading.asked) and (min(at) < 0 or at != sorted(at)):
        return ""                                          # why it falls from 350 to 301: it does not
    listing = sum(line.kind == "fact" for line in lines) > 1 or said.count("、") > 1
    counted_out = listing and bool(_COUNTED_OUT.search(reading.asked))
    missing: list[str] = []
    for part in asking:
        if attribute := _attribute(part, reading, lines):
            missing.append(attribute)
            continue
        if _LEADS.search(part) and _LED.search(said):
            return ""                                      # 那个指标，牵头的是文旅厅还是哪家
        want = next(((name, met) for name, pattern, met in _WANTS if pattern.search(part)), None)
        if want and want[0] == "具体数量" and counted_out:
            return ""                                      # 措施一共几条、分别是什么: they are listed
        if want is None:
            if _CLAIM.search(part) and missing and (len(part) <= SHORT or re.search(r"\d", part)):
                continue                                   # 70%够得到吗, after 能分到百分之几
            return ""
        beside = _of_nothing(part, reading, knowledge) or _of_another_year(part, said, reading, knowledge) or _of_a_kind(part, reading, knowledge)
        if want[1](reading.asked if want[0] == "名次" else part, said) and not beside:
            return ""
        missing.append(want[0])
    return f"相关条款没有写明{'、'.join(dict.fromkeys(missing))}" if missing else ""


def _attribute(part: str, reading: Reading, lines: Sequence[DraftLine]) -> str:
    """What a part asks of its matter by a name (面积有多大, 有没有规定违约金) that neither stands in the answer nor has another word
    that does; '' where it asks for nothing of the kind."""
    found = _OF_A_NAME.search(part)
    words = [word for word in tokens(next(filter(None, found.groups()))) if len(word) > 1] if found else []
    name = words[-1] if words else ""
    if reading.intent not in ("detail", "target", "schedule", "definition") or reading.follows or not name or name in _FRAME:
        return ""
    if part_of_speech(name) != "name" or not is_word(name) or name in "".join(reading.scope.words):
        return ""
    said = "".join(line.text for line in lines)
    return "" if held(name, said) else name


def _of_nothing(part: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks when something happens of which the plan has no word (什么时候打款)."""
    event = _EVENT.search(part)
    return bool(event and _WHEN.search(part)) and event.group(0) not in knowledge.text(reading.scope.plan_ids[0])     # type: ignore[union-attr]


def _of_another_year(part: str, said: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks how many of a year that the answer does not name, and that is not the plan's own (2018年的基数是多少家)."""
    meta = knowledge.meta(reading.scope.plan_ids[0])
    own = {day.year for day in (meta.period_start, meta.period_end, meta.issued) if day}
    years = [int(year) for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", part)] + [2000 + int(year) for year in re.findall(r"(?<!\d)([12]\d)年", part)]
    return bool(years and _MANY.search(part)) and not any(year in own or str(year) in said for year in years)


def _of_a_kind(part: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks for the share of a kind that the plan has no word for (美术作品和摄影作品各占多少件)."""
    kind = _SHARED.search(part)
    words = [word for word in tokens(kind.group(1)) if len(word) > 1] if kind else []
    return bool(words) and any(word not in knowledge.text(reading.scope.plan_ids[0]) for word in words)


def _between(reading: Reading, said: str, knowledge: Knowledge) -> int | None:
    """The year within a plan's period, its first and last left out, whose target is asked for and that the answer does not name."""
    meta = knowledge.meta(reading.scope.plan_ids[0])
    if not (meta.period_start and meta.period_end and (reading.intent == "target" or _MANY.search(reading.asked))):
        return None
    year = next((year for year in reading.years if meta.period_start.year < year < meta.period_end.year), 0)
    return year if year and str(year) not in said and "每年" not in said and "年均" not in said else None
