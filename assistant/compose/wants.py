"""What a question may want of a clause (how many, where, which by name, when, why, what share), the words that ask for it,
and whether a text states it."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.lexicon import lexicon
from assistant.reading.asked import OTHER_PAPER, RANKED
from assistant.topic import RANK, held
from ingest.tokens import is_word, part_of_speech, tokens

_NUMERAL = r"(?:\d[\d.,]*|[二两三四五六七八九十百]+|一(?=[家所名件项])(?!项工作))"
_UNITS = "分(?![别之钟为])|个|家|所|处|座|套|枚|张|款|样|条|项|件|名|人|户|场|次|期|年|天|倍|种|类|批|岁|点|级|小时|工作日|平"
# 专利转化的资金从哪里出   钱由谁出
FUNDED = re.compile(r"(?:钱|资金|经费|预算|款)[^，,。？?]{0,4}(?:从哪|打哪|哪里?来|哪儿来|来自|来源|(?:由|是|归)?谁(?:来)?(?:出|掏|拨|给|保障|投))|"
                    r"谁(?:来)?(?:出|掏|拨)(?:钱|资金|经费)")
_FUNDS = re.compile(r"财政|部门预算|专项资金|资金渠道|保障渠道|社会资本|自筹|(?:经费|资金)[^，,。；;]{0,6}(?:列入|纳入|保障|投入|安排)")
MANY = re.compile(rf"(?:多少|好多(?=[万亿钱个家件名天次])|(?<![哪第这那好])几)(?!个?(?:季度|阶段|步))\s*(?:万|亿)?({_UNITS})?([\u4e00-\u9fff]{{0,2}})")
_PERSONS = "人|名"
_ALIKE = "个|家|所|处|座|套|枚|张|款|样|件|条|项|类|种|名|人"
WHEN = re.compile(r"[几一二两三四]年一(?:届|次|回|轮)|什么时候|啥时候|何时|几时|几月|多久|哪一?[年天月]|哪个(?:月|季度)|第?几季度|期限|日期")
_TIME = re.compile(r"20\d\d|每[^，。；]{0,6}[年季月]|\d\s*[—－-]+\s*\d\s*年|\d+ ?月|季度|阶段|年度|逐年|定期|年底|期末|近期|长期|"
                   rf"{_NUMERAL}年(?=时间|内|期|左右|建设)|十[一二三四五六七]五")
_WHERE = re.compile(r"哪(?:些|几个?|一?个)?(?:县|区(?!域)|镇|乡|街道|村|城市|州)")
_ANYWHERE = re.compile(r"(?<![写定到现列])在(?:哪(?:里|儿|办|开|$)|[\u4e00-\u9fff]{0,3}(?:什么|啥子?)地方)|地点|设在哪")
_STREET = re.compile(r"哪条(?:路|街)|哪栋|几楼|门牌|地址")
# 谁来验收   由哪个单位批准
BY_WHOM = re.compile(r"(?:谁|哪(?:个|家|一级|些|几个|几家)?(?:单位|部门|机构|政府|领导)?)(?:来|去|负责|在|会|要|最早|最先|最初|当时|先|出面)*"
                      r"(提出|提议|倡议|发起|起草|执笔|批准|审批|批的|验收|评估|考核|检查|督查|督办|评审|打分|出钱|出资|掏钱|拿钱|投资|认定|签字|拍板|监督|盖章|"
                      r"授牌|挂牌|命名|公示|汇总)(?!的?意见)")
_ACTS = {"批的": "批准", "执笔": "起草|草拟|拟定|拟订", "起草": "起草|草拟|拟定|拟订", "提议": "提出", "打分": "评分", "督查": "督查|督促|检查",
         "检查": "检查|督查",
         "出钱": "出资|经费|资金|财政", "掏钱": "出资|经费|资金|财政", "拿钱": "出资|经费|资金|财政", "出资": "出资|经费|资金|财政", "监督": "监督|督查"}
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
ACTUAL = re.compile(r"进展(?:到|得?如何|得?怎么?样)|"
                     r"(?:效果|成效)[^，,。？?]{0,3}(?:怎么?样|如何|好不好|咋样)|(?:完成|落实|执行|推进|进行)得(?:怎么?样|如何|咋样)|"
                     r"拿到[^，,。？?]{0,4}(?:钱|补贴|资助|奖励)的?(?:有|是)?(?:几|多少|哪)|后来|最后(?!一|那|[两二三几])[^，,。？?]{0,4}(?:选|定下|落在|给了|评上)|最终|到底(?:选|定|给)|选中|"
                     r"结论|批下来|建成(?:了没|没有|了吗)|(?:现在|目前|如今|已经)[^，,。？?]{0,12}(?:吗|了没|没有?|不)$|(?:现在|目前|如今)(?:有|是|达到了?|到了?)?(?:多少|几)|落到了?哪")
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
WHY = re.compile(r"为什么|为啥|凭啥|为何(?=[^，,。？?]{2})|凭什么|(?:测算|计算)(?:的)?依据|理由|原因|(?:怎么|如何)(?:测算|推算|算|定|得)出")
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
COUNTED = re.compile(r"共\d+")
_ONE_OF = re.compile(r"(?:是|按|算|用|要|会|指)(?!每年|一年|[一二三四五]年)([\u4e00-\u9fff]{2,8})还是([\u4e00-\u9fff]{2,8})")
_AREAS = frozenset(("全国", "全省", "全市", "知识", "产权", "知识产权", "西部"))


def _states_count(part: str, said: str) -> bool:
    asked = MANY.search(part)
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


def _states_doer(part: str, said: str) -> bool:
    """Whether a text has the act whose doer is asked for (谁来验收)."""
    act = BY_WHOM.search(part)
    return bool(act and re.search(_ACTS.get(act.group(1), act.group(1)), said))


def _holding(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda _, said: bool(pattern.search(said))


def _states_paper(part: str, said: str) -> bool:
    """Whether a text tells what is in the document of which a part asks, and does not only name it."""
    asked = OTHER_PAPER.search(part)
    paper = re.escape(asked.group(1)) if asked else ""
    return bool(asked and re.search(rf"{paper}[^，。；]{{0,4}}(?:包括|包含|规定|明确|列有|[:：])|(?:列入|纳入|写入)[^，。；]{{0,16}}{paper}", said))


WANTS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], bool]], ...] = (
    ("由谁来做这件事", BY_WHOM, _states_doer),
    ("后来的实际情况", ACTUAL, _holding(_NEVER)),
    ("该文件的内容", OTHER_PAPER, _states_paper),
    ("具体人员", _PERSON, _holding(_OFFICER)),
    ("没有完成的后果", _FAILED, _holding(_BLAMED)),
    ("逾期如何处理", re.compile(r"(?:逾期|超期|过期|误了|错过)[^，,。？?]{0,6}(?:怎么|咋|如何|能不能|还能|怎样)"),
     _holding(re.compile("逾期|超期|过期|延期|补办"))),
    ("分配或发放办法", re.compile(r"(?:怎么|如何|咋个?)(?:分(?![别工成类级])|拨|发放|兑现|兑付|结算)"), _holding(re.compile("分配|拨付|发放|兑现|兑付|结算"))),
    ("能否网上或异地办理", re.compile(r"(?:网上|线上|网|在线|异地|跨省|手机)(?:能|可以|可)?(?:办|申[请报领]|提交|报名)"),
     _holding(re.compile("网上|线上|在线|电子|网办|互联网|信息化|异地|跨省|跨区域"))),
    ("处罚", _PENALTY, _holding(_BLAMED)),
    ("办理地点", _FILED, _holding(re.compile(r"窗口|受理"))),
    ("具体国家", _COUNTRY, _holding(_COUNTRIES)),
    ("名次", RANKED, _states_rank),
    ("具体省份", _PROVINCE, _states_province),
    ("设在哪个单位", re.compile(r"设在哪个?(?:科|处|局|单位|部门)"), _holding(re.compile("设在"))),
    ("办公或受理时间", _HOURS, _holding(_CLOCK)),
    ("资金来源", FUNDED, _holding(_FUNDS)),
    ("费用由谁承担", _BORNE, _holding(_PAYS)),
    ("文号", re.compile(r"文号"), _holding(re.compile(r"〔\d|［\d|\d号"))),
    ("理由", WHY, _holding(_BECAUSE)),
    ("比例", _SHARE, _holding(_PERCENT)),
    ("是否收费", _FEE, _holding(_FREE)),
    ("所需材料", _PAPERS, _holding(_PAPER)),
    ("条件、材料或办理流程", _CONDITION, _holding(_CONDITIONS)),
    ("具体地址", _STREET, _holding(_NUMBERED)),
    ("具体地点", _WHERE, _states_place),
    ("具体地点", _ANYWHERE, lambda part, said: bool(_LOCATED.search(said)) or _states_place(part, said)),
    ("具体名单", _LISTED, _holding(_BODY)),
    ("具体名单", _NAMED, lambda _, said: bool(_NAME.search(said) or COUNTED.search(said))),    # 基本原则共5条：坚持党的领导…
    ("时间", WHEN, _holding(_TIME)),
    ("金额", _MONEY, _holding(_AMOUNT)),
    ("具体数量", MANY, _states_count),
    ("是哪一种", _ONE_OF, _states_choice),
)
WANTS_IN_ENGLISH: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("具体人员", re.compile(r"person in charge|by name|contact person|names? of the (?:person|official|officer|director|head)|"
                            r"who (?:personally|signs)"), _OFFICER),
    ("所需材料", re.compile(r"\b(?:document|paperwork|form|material)s?\b.{0,24}\b(?:required|needed|submit|need|apply|prepare)"), _PAPER),
    ("后来的实际情况", re.compile(r"\b(?:so far|to date|actually|turned out|been (?:achieved|completed|built|selected)|"
                                  r"(?:has|have|did) .{0,40}achieved?)\b"), _NEVER),
    ("没有完成的后果", re.compile(r"\b(?:not|without|fail\w*|if) .{0,16}(?:complet|meet|met|deliver|achiev|fulfil)\w*"), _BLAMED),
    ("处罚", re.compile(r"\bpenalt|\bpunish|\bfine[sd]?\b|\bsanction"), re.compile(f"{_BLAMED.pattern}|惩罚|处罚")),
    ("具体地址", re.compile(r"\bwhere\b.*\b(?:office|located|building|address)|\baddress\b"), _NUMBERED),
    ("具体银行", re.compile(r"\b(?:which|what) (?:\w+ )?bank|\bcustodian"), re.compile(r"(?!世界)[\u4e00-\u9fff]{2}银行")),
    ("名单", re.compile(r"\bwhich (?:\w+ )?(?:compan|firm|universit|law firm)\w*|\bnames? of (?:the )?(?:\w+ )?(?:compan|firm|enterprise|universit)"), _BODY),
    ("金额", re.compile(r"\bhow much (?:money|subsid|funding|cash|(?:does|will|can|do|would) (?:one|a|an|each|we|i|the) )|\b(?:subsidy|grant|award) amount|"
                        r"\bamount of (?:the |each )?(?:subsid|grant|award|fund)"), _AMOUNT),
    ("比例", re.compile(r"\bwhat (?:percent|share|proportion|rate)|\bpercentage"), _PERCENT),
    ("具体人数", re.compile(r"\bhow many (?:\w+ )?(?:staff|people|employees|persons|officers|experts|agents)"),
     re.compile(r"\d\s*[多余]?\s*(?:名|人)|persons")),
    ("具体数量", re.compile(r"\bhow many\b"),
     re.compile(r"(?<![\d.+])(?!20\d\d)\d[\d.,]*\s*[\u4e00-\u9fff%a-zA-Z]|[一二两三四五六七八九十](?:个|条|项|大|家|种|类)|、")),
    ("时间", re.compile(r"\bdeadline|\bby what date|\bwhat date"), _TIME),
    ("理由", re.compile(r"^why\b|\breason\b"), re.compile(f"{_BECAUSE.pattern}|为")),
)
