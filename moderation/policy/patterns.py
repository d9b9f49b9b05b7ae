"""How a lender's ad states rates and names, as patterns over the folded text."""

import re

_ONE_TO_ONE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def fold(text: str) -> str:
    """Lower-case ASCII and narrow full-width forms, character by character: offsets stay those of *text*."""
    return "".join(char.lower() if char.isascii() else char for char in text.translate(_ONE_TO_ONE))


_NUMBER = r"\d{1,3}(?:\.\d{1,4})?"
PERCENT = rf"(?:{_NUMBER}\s?[%﹪]|百分之[零〇一二三四五六七八九十点两\d.]+)"
_TO = r"\s?(?:-|—|–|−|~|～|〜|至|到)+\s?"
_ANNUAL = r"(?:年化|年利率|年百分率|\bapr\b)"

_VALUE = rf"(?:{PERCENT}|lpr|贷款市场报价利率)"

ANNUAL_RATE = re.compile(
    rf"{_ANNUAL}[^。！!？?；;]{{0,30}}?{_VALUE}|{_VALUE}[^。，,；;\n]{{0,10}}{_ANNUAL}|{_VALUE}\s{{0,3}}\(?[均都]?[为是]?{_ANNUAL}"
    rf"|{_ANNUAL}[^。！!？?；;\d]{{0,8}}{_NUMBER}{_TO}{_NUMBER}(?![\d万千元个期])"
    r"|利率[^。！!；;\n]{0,14}?(?:lpr|贷款市场报价利率)"
)
"""Spoken ads leave the per cent out (年化7.2到24); what hangs on LPR is annual, as LPR is."""
ANY_RATE = re.compile(
    rf"(?:利率|利息|年化|年息|息费|费率|手续费|服务费|低息|免息)[^。！!？?\n]{{0,12}}{PERCENT}|{PERCENT}"
)
SHORT_PERIOD = re.compile(
    r"(?:日|月|每天|每日|每月|按日|按月)(?:利率|利息|息|费率|手续费率|综合费率)[^。，,！!\n]{0,10}"
    r"|(?:每天|每日|一天|1天|日均|每月|月供|每期|每月只还)[^。，,！!？?\n]{0,8}?[\d零一二两三四五六七八九十几.]+\s?(?:元|块|毛|分|角)"
    r"|一?天(?:一|1)?杯[^。，,！!\n]{0,6}钱|[\d一二两三四五六七八九十.]+厘|万分之[\d一二两三四五六七八九十.]+"
)
_LOWEST = r"(?:低至|最低|仅需?|只要|只需|起步|最优|优惠至)"
_RATE_WORD = r"(?:利率|年化|年息|月息|日息|费率|利息|单利)"
LOWEST_ONLY = re.compile(
    rf"{_RATE_WORD}[^。！!？?；;\n]{{0,14}}?{_LOWEST}[^。，,；;\n]{{0,6}}?{PERCENT}"
    rf"|{_LOWEST}[^。！!？?；;\n]{{0,8}}?{_RATE_WORD}[^。，,；;\n]{{0,6}}?{PERCENT}"
    rf"|{PERCENT}\s?(?:\([^)]{{0,8}}\))?\s?起(?!诉|见)"
)
RANGE = re.compile(
    rf"(?:{_NUMBER}\s?%?|百分之[^，。\s至到-]{{1,8}})起?{_TO}{PERCENT}"
    rf"|(?:最高|不超过|不高于|至多|上限|封顶)[^。！!？?；;\n]{{0,8}}?{PERCENT}"
    rf"|{PERCENT}\s?(?:封顶|为上限|为限|以内|以下)"
)

LEGAL_NAME = re.compile(
    r"[\u4e00-\u9fff()]{2,20}(?:银行|消费金融|汽车金融|信托|小额贷款)(?:\([\u4e00-\u9fff]{2,6}\))?"
    r"(?:股份)?(?:有限)?(?:责任)?公司"
    r"|[\u4e00-\u9fff]{2,16}(?:信用合作|信用)联社(?:股份有限公司)?"
)
NAME_FILLING = re.compile(r"股份|有限|责任|[\s()·•・—–-]")
"""Left out on both sides before names are compared: forms of company, brackets, dashes, dots, spaces."""
