"""The words around a rate, as patterns over ``plain`` text: bounded, so that reading is linear in its length."""

import re

from moderation.rates.numerals import ARABIC, NUMBER, SPOKEN

SENTENCE_END = re.compile(r"[。！!？?；;\n]")
_TO = r"(?:-{1,2}|至|到)"

_FROM = (
    rf"(?:(?P<of>(?:百分之|千分之|万分之|万)?)(?P<low>{NUMBER})(?:[%‰厘分毛]|个点|个)?"
    rf"(?:\([^()\n]{{0,6}}\))?起?{_TO}(?:最高)?)?"
)
_NO_RATE = r"[\d.%‰千万亿点元块角毛分厘个家人天日月年期周倍折成号wk-]"
_NOT_MONEY = r"(?![\d.万千百十亿元块角毛米人张个条名户次家年月日天期号kw])"
VALUE = re.compile(
    rf"{_FROM}(?:"
    rf"(?P<per_cent>{NUMBER})%"
    rf"|百分之(?P<of_hundred>{NUMBER})"
    rf"|千分之(?P<of_thousand>{NUMBER})|(?P<per_mille>{NUMBER})‰"
    rf"|万分之(?P<of_myriad>{NUMBER})|(?P<per_myriad>{NUMBER})‱"
    rf"|(?<![\d零一二两三四五六七八九十百千几数上.])(?:万(?P<wan>{NUMBER})|千(?P<qian>{NUMBER})){_NOT_MONEY}"
    rf"|(?<![元块])(?!半)(?P<coins>{NUMBER})(?P<coin>[厘分毛])(?P<tail>[一二三四五六七八九半](?![万千百十个天期年周成])"
    r"|\d(?![\d.,万千百元块天期个年月周%wk]))?(?:[厘分](?!期))?"
    r"(?!之|点|钟|期|数|手|行|店|公司|部|红|享|秒|析|配|没|不|都|也|未|别|以上|[米清定升泊板克]|钱|\d{1,2}期)"
    rf"|(?P<points>{NUMBER})个(?:多|百分)?点(?P<half>半)?(?!钟|儿|小|位|击)"
    rf"|(?P<tenths>{NUMBER})成(?!功|交|本|员|为|立|都|年|长|新)"
    rf"|(?P<bare>{ARABIC}(?!{_NO_RATE})|{SPOKEN}(?!{_NO_RATE}|[零一二两三四五六七八九十百半]))"
    r")"
)
"""A rate or share, in any unit, alone or as a range. ``bare`` numbers count only right after the word for a rate."""

_COUNTED = r"[\d零一二两三四五六七八九十百几第今明当全前后]"

CUE = re.compile(
    r"(?P<annual>(?:综合)?年化|年(?:综合)?(?:利率|利息|息|费率|利|单利|成本)|年百分率|apr|(?:每|一)年利?息?(?=\d|[一二两三四五六七八九十]))"
    r"|(?P<monthly_fee>(?:每?月|每期)(?:分期)?(?:综合)?(?:手续费|服务费|费)率?|(?<!续)期费率|(?:手续|服务|分期)费率?(?:为|:)?每[月期]|分期费率|费率每[月期]|每期(?=\d))"
    r"|(?P<monthly>(?:每个?|一个)?月(?:综合)?(?:利率|利息|成本|平?息|利|化))"
    r"|(?P<weekly>(?:每|一)?周(?:利率|利息|息|利))"
    r"|(?P<daily>(?:每|一)?[日天](?:综合)?(?:利率|利息|费率|息|利|化)|按日计息)"
    r"|(?P<deduction>砍头息?|断头息?|头息|(?:先|预先?|直)扣(?:除|掉)?|扣头)"
    r"|(?P<received>到手|实际?到账|实到)"
    r"|(?P<fee>手续费率?|服务费率?|费率|中介费)"
    r"|(?P<rate>利率|单利)"
    r"|(?P<interest>利息|息费|(?<![贴免退降减付无零0停讨催作休信消])息)"
    rf"|(?P<in_days>(?<={_COUNTED})天(?={NUMBER}(?:个点|%)))"
    rf"|(?<!{_COUNTED})(?:(?P<at_month>每个?月|一个月|月)|(?P<at_week>每周|一周|周)|(?P<at_day>每[天日]|一[天日]|[天日])"
    r"|(?P<at_year>每年|一年|年))"
)
"""Words that say what a number near them is a rate of; the ``at_`` ones must stand right before it."""

SUFFIX = re.compile(
    r"(?:的|\(|,|，|、|/|每){0,2}(?:"
    r"(?P<annual>年化|年利率|年息|年单利|(?<=/)年|每年|一年)"
    r"|(?P<monthly>月息|月利率|月利息|月利|(?<=/)月|每个?月|一个月|(?<=每)月)"
    r"|(?P<weekly>周息|周利率|(?<=/)周|每周|一周|(?<=每)周)"
    r"|(?P<daily>日息|日利率|(?<=/)[天日]|每[天日]|一[天日]|(?<=每)[天日])"
    r"|(?P<fee>手续费|服务费)|(?P<interest>利息|息|利(?!率|润|益|群|国|用|好)))"
)
"""What may follow a rate and say its period: 3厘月息, 1%/月, 0.02%每天."""

LOWEST = re.compile(r"低至|最低|低到|仅|只要|只需|起步|最优|优惠至|低过")
HIGHEST = re.compile(r"最高|不超过?|不高于|至多|上限|封顶|低于|小于|以内")
FLOOR_AFTER = re.compile(r"(?:利息|利率|息)?(?:\([^()\n]{0,8}\))?(?:利息|利率)?(?:起|以上)(?!诉|见|来|码|义|草|因|到)")
CEILING_AFTER = re.compile(r"(?:\([^()\n]{0,8}\))?(?:封顶|以内|以下|之内|为上限|为限)")
JOIN = re.compile(
    r"(?:\([^()\n]{0,8}\))?起?(?:[,，、;/)]|之间)?(?:年化|利率|单利|且|至){0,2}(?:\(单利\))?"
    r"(?:最高|最低|不超过|至多|上限|封顶|不高于){1,2}(?:可达|为|至|:|达|不超过)?"
)
"""What stands between the two ends of one range: 最低4.98%,最高24%."""

GAP = re.compile(r"[利率息综合成本单资金融约为是到低至仅只要最大概高不超过():：,]{0,14}(?<!低)")
"""What may stand between the word for a rate and a number without a unit: 年化利率(单利)低至3.6."""

FOREIGN = re.compile(
    r"收益|理财|存款|存单|定期|活期|国债|基金|分红|回报|保单|七日|[净毛]利|税|结算|预期|股[票息市]|信托计划|预定"
    r"|罚息|滞纳|违约金|逾期(?:利|息|罚|费|每|按|的|后|日|还款)|lpr|报价|基准|准备金|回购|mlf|通胀|cpi|gdp|同业"
    r"|佣金|开户费|押金|涨|跌|拆借"
)
"""Before the word for a rate these make it another's than a borrower's price."""

OTHER_SHARE = re.compile(
    r"好评|首付|通过率|成功率|返现|收益|占比|税|折扣|浓度|电量|满意|概率|回收|胜率|定金|尾款|订金|抽成|提成|立减|满减|率先"
    r"|(?:下调|上调|下降|降低|上升|上浮|下浮|提高|上涨|涨|跌|回落|降|减|升|多退)(?!至|到|为|息)了?[^%\d至到]{0,3}$|增长|贴|减免|全免|代办费|收费|成功|补贴|打折|同比|环比|报价"
)
"""Between that word and the number these make the number a share of something else, or a change."""

OTHER_AFTER = re.compile(
    r"(?:的?标准)?(?:加?收取?|计收)(?:的)?(?:逾期|罚|滞纳|违约)|(?:的|以上的?)?(?:人|客户|用户|好评|通过|首付|返现|成功|收益|存款|复利|概率|网友|家庭|股|都|折扣|佣金|off)"
)
LENDING = re.compile(
    r"贷|借|利息|利率|月息|日息|年化|放款|下款|额度|周转|抵押|押车|房抵|公积金|息|资金|空放|应急|结清|[元块万千钱]用[一1][天日]"
)
SHARES = re.compile(r"佣金|开户|券商|炒股|股票|基金|申购|刷卡|pos|套现|刷出|税")
