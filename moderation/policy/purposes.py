"""Loans offered for what a consumer loan must not pay for: a home's first payment, markets, other debts, gambling.

Compliant ads name the same purposes to rule them out ("不得用于购房、炒股"), so a purpose counts only where the text
offers it and nothing in its sentence denies it. A mortgage is a loan for a home and may say so.
"""

import re
from collections.abc import Iterator

_STOP = r"[^。！!？?；;\n]"
_SENTENCE_END = re.compile(r"[。！!？?；;\n]")
_PARAGRAPH_END = re.compile(r"[。！!？?]")
_LOOK_BACK = 120
_LOOK_AHEAD = 26

_HOME = r"(?:买房|购房|购置(?:房产|住房|商品房|新房)|置业|房款)"
_MARKETS = (
    r"(?:股票|股市|楼市|房市|基金|期货|外汇|理财|币圈|虚拟币|比特币|数字货币|usdt|彩票|博彩|赌"
    r"|(?<!项目)(?<!设备)(?<!扩大)(?<!资产)(?<!经营)投资(?!者|方|公司|管理|有?风险|经营|生产|设备|建设|兴业|创业|办厂|银行|环境))"
    r"(?!客户|用户|经理|账户|产品|持有|质押|赎回|收益|资产|定投)"
)
_DEBTS = (
    r"(?:(?<!提前)(?<!按时)(?<!按期)还贷(?!款)|还(?:清|掉)?(?:其他|他行|别家)?(?:信用卡|网贷|房贷|卡债|花呗|借呗|外债|旧债|别的贷款)"
    r"|(?:偿还|归还|清偿|置换)(?:其他|他行|别家|别的|信用卡|网贷|债务|欠款|房贷|高息))"
)
_ANY = rf"(?:{_HOME}|{_MARKETS}|{_DEBTS})"

_OFFERED = re.compile(
    rf"(?:用于|用来|用作|用在|用途|拿去|拿来|投向|流入|进入|投入){_STOP}{{0,16}}?{_ANY}"
    rf"|(?:无论|不管|不论|支持|满足|想要?){_STOP}{{0,4}}?{_ANY}"
    rf"|{_ANY}{_STOP}{{0,14}}?(?:都|均|皆|全|也|任|随)(?:能|可以?|行|由|您|你|便|用|够|支持|没问题|ok|搞定)(?!申请|办|查|享|获|参)"
    rf"|{_ANY}{_STOP}{{0,3}}(?:缺钱|缺资金|差钱|没钱|钱不够|资金不够|资金不足|周转不开)"
)
_FIRST_PAYMENT = re.compile(
    r"首付贷(?!款)|(?:凑|补|垫|缺|差|借|贷|筹)(?:一下|上|齐|足|够|个|点|不够|不起|不足)?的?(?:购房|买房|房子|房屋|新房|婚房)?首付"
    r"|没有?首付|首付款?还?(?:不够|不足|差(?![异别])|缺|没凑|凑不|没着落|不用愁|不愁|有着落|来凑|我出|我们出|帮[您你]|交给|压力|难)"
)
_SPECULATION = re.compile(
    r"炒(?:股|房|铺|币|期货|汇|基)|[囤屯](?:房|币)|抄底(?!价)|(?<![拨主])打新(?:股|债|(?=[、,，。!！]))|[加补]仓(?![库储位])"
    r"|配资|(?:借钱|借款|贷款|融资)(?:去)?(?:买|炒|投)(?:股|基金|币|理财|期货)|杠杆(?:买|炒)|赌资|翻本(?!书)"
)
_CONSOLIDATION = re.compile(
    r"以贷养贷|以卡养卡|借新还旧|拆东墙补西墙|还卡债"
    rf"|(?:帮|替|为)(?:您|你|大家|客户)?{_STOP}{{0,6}}?(?:还清|结清|偿还|归还|清偿|置换|整合){_STOP}{{0,4}}?"
    r"(?:其他|他行|别家|别的|网贷|信用卡|卡债|平台|贷款|债务|欠款|账单)"
    r"|(?:债务|负债|网贷|多笔(?:贷款|欠款|账单))(?:整合|合并|归集|打包|置换|重组|归一)|置换(?:网贷|信用卡|卡债|房贷|高息)"
    r"|(?:信用卡|网贷|卡债|花呗|借呗|房贷)(?:账单)?还不[上起动完]"
)
_MORTGAGE = re.compile(
    r"个人住房|住房贷|住房按揭|按揭|购房贷|买房贷款|一手房|二手房贷|公积金贷款|(?<!有)房贷(?!客户|用户|的?人|族)"
)
_HOME_WORD = re.compile(_HOME)
_CAR = re.compile(r"购车|买车|新车|二手车|车贷|汽车|爱车|提车|用车|车型|车主")
_ROOF = re.compile(r"房|楼|置业")
_CARD_INSTALMENT = re.compile(r"账单分期|信用卡分期")

_DENIED_BEFORE = re.compile(
    r"不得|不要(?!错过|犹豫|再?等)|不(?:可|能)(?!错过|再?等|停|少)|不(?:准|许|允许|应|宜|该|支持|用于|适用|提供|受理|接受|涉|碰|进入|流入|含|包括|参与|做"
    r"|鼓励|建议|予|会|是|帮|替|向|作|承接|面向)|禁|杜绝|避免|防止|防范|谨防|警惕|拒绝|远离|勿|莫|切忌|(?<![特级区个性类分])别(?!人|的|家|墅)|非(?!常|凡)"
    r"|未(?!来)|违规|挪用|严查|严控|监控|一经|发现|擅自|负面清单|排除|绝不|无法"
)
_DENIED_AFTER = re.compile(
    r"除外|以外|之外|不(?:可|能)(?!错过|再?等|停)|不(?:得|予|行|准|许|允许|支持|在|属|适用|受理|提供|接受|符合|合规|作|要|是)"
    r"|禁|拒|违规|违约|收回|追究|终止|停止|止付|非法|骗局|勿|要不得|请绕"
)
_HEADED = re.compile(rf"(?:{_DENIED_BEFORE.pattern})[^。：:]{{0,14}}[:：]")
_ANSWERED_NO = re.compile(
    rf"{_STOP}{{0,12}}[？?][”\"』」\s]{{0,3}}(?:答[:：]?)?[“\"『「\s]{{0,2}}(?:当然|绝对|肯定)?(?:不|否|禁|没有)"
)


def forbidden(folded: str) -> Iterator[re.Match[str]]:
    """Yield where the folded text offers its loan for a forbidden purpose."""
    mortgage = _MORTGAGE.search(folded) is not None
    for pattern in (_FIRST_PAYMENT, _SPECULATION, _CONSOLIDATION, _OFFERED):
        for found in pattern.finditer(folded):
            if not (_is_denied(found, folded) or _is_other_trade(found, folded, mortgage)):
                yield found


def _is_other_trade(found: re.Match[str], folded: str, mortgage: bool) -> bool:
    """Tell whether it is a mortgage's home, a car's first payment or a card's own bill in instalments."""
    if found.re is _FIRST_PAYMENT:
        around = folded[max(0, found.start() - 15) : found.end() + 15]
        return _CAR.search(folded) is not None and _ROOF.search(around) is None
    if found.re is _CONSOLIDATION:
        return _CARD_INSTALMENT.search(folded) is not None
    return mortgage and found.re is _OFFERED and _HOME_WORD.search(found.group()) is not None


def _is_denied(found: re.Match[str], folded: str) -> bool:
    stretch = folded[max(0, found.start() - _LOOK_BACK) : found.start()]
    sentence = _SENTENCE_END.split(stretch)[-1] + found.group()
    after = _SENTENCE_END.split(folded[found.end() : found.end() + _LOOK_AHEAD])[0]
    if _DENIED_BEFORE.search(sentence) or _DENIED_AFTER.search(after):
        return True
    headed = _HEADED.search(_PARAGRAPH_END.split(stretch)[-1])
    return headed is not None or _ANSWERED_NO.match(folded, found.end()) is not None
