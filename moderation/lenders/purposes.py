"""What a loan is offered for, as far as an ad says: cash for anything, a business, a home, studies.

Only words that name a purpose count, because a licence may hang on them: 消费者, 企业购车 and 有房贷可申请 name none,
nor does what the ad rules out (不得用于购房、经营). Cars are read by ``scope``.
"""

import re
from collections.abc import Iterator

_TOPIC = re.compile(
    "现金|提现|[卡账微支]|消费|装修|旅|周转|急|备用金|用途|支配|随意|怎么|还信用|还花呗|还网贷|还账单|还债|经营|企业|小微|"
    "[税票户家主业意链板]贷|生意|开店|工资|货|流动资金|原材料|农资|房|助学|学费"
)

# "不得用于购房、投资、经营" rules out to the end of its sentence; "不是现金贷" to the next comma.
_RULED_OUT = re.compile(
    r"(?:不得|不可|不能|不允许|不准|禁止|严禁|勿|不要|不应|不)[^。；;!！，,]{0,12}?"
    r"(?:用于|用作|用来|作为|流入|进入|投入|挪用|从事|参与|违规)[^。；;!！]{0,40}|"
    r"(?:不提供|不办|不做|不支持|不受理|不发放|不放|不是|并非|不属于|不含|不包括|没有|拒绝|谨防|警惕|严禁|禁止)[^。；;!！，,]{0,20}|"
    r"(?:不能|不可|不得|无法)[^。；;!！，,]{0,2}(?:提现|取现|套现)"
)

# Wholesale loans to dealers are a car financier's business.
_TO_DEALERS = re.compile(
    r"(?:经销商|车商|车行|汽贸|4s店)[^。；;!！]{0,16}?(?:融资|库存|采购|进车|进货|周转|备货|备车|流动|建店)|"
    r"(?:面向|服务|助力|支持|为|给)(?:汽车|广大|合作|各地)?(?:经销商|车商|车行|汽贸|4s店)|"
    r"库存(?:融资|车|贷)|批发(?:贷|融|信贷)"
)
_OF_DEALERS = re.compile(r"周转|流动资金|进货|备货|付货款|货款")

_GIFT = r"(?!优惠|红包|券|礼|补贴|折扣|返|直减|抵|奖|立减|大奖|豪礼|折让)"
_CASH = re.compile(
    r"现金(?:贷|分期|借|额度|周转|到账|到卡|到手|随借|随取|支用|提取|直达|应急|急用|打到|发放|放款|给)|"
    r"(?:借|贷|放|提|(?<![领赢抽获收])取|缺|变|套)(?:点|些|到|出|成|走|你|您|几[千万]|\d{1,7}[万千]?元?的?)?现金"
    + _GIFT
    + "|"
    r"提现(?![车货款场房金])|"
    r"(?:钱|款|资金|现金)[^，。,；;!！]{0,4}?(?:到|进|入|至)(?:你|您|本人|个人|客户|自己|借款人)?的?(?:银行)?(?:卡|微信|支付宝)|"
    r"(?:到|进|入|至)(?:你|您|本人|个人|自己|借款人)的?(?:银行)?(?:卡|账户)"
)
_ANYTHING = re.compile(
    r"(?:用途|使用)(?:不限|随意|自由|任意)|不限(?:资金|贷款|借款)?用途|任意用途|随意(?:用|支配|使用|花)|自由支配|"
    r"想怎么(?:用|花)|急用钱|急需用钱|急用资金|急需资金|备用金|应急(?:用钱|资金|借款|贷|钱)|还(?:信用卡|花呗|网贷|账单|债)"
)
_CONSUMPTION = re.compile(
    r"(?<!车)消费(?:贷|分期|借款|信贷|周转|资金|支出|用款|用途|使用|开支)|"
    r"(?:用于|综合|日常|个人|家庭|任意|各类|各种|大额|生活)消费(?!者|金融|观|习惯|信息|权益)|"
    r"(?<!展厅)(?<!门店)(?<!店面)(?<!车内)装修|(?:旅游|旅行|婚庆|教育|培训|医美|租房|家电)(?:贷|分期)|"
    r"(?:用于|可用来|用来|拿去|拿来|用途)[^。；;!！]{0,20}?(?:旅游|旅行|结婚|婚庆|婚礼|教育|培训|医疗|看病|医美|购物|家电|数码|租房)"
    r"(?!用车|出行|租车|房车|车)"
)
_TURNOVER = re.compile(r"(?<!库存)(?<!车辆)(?<!新车)周转(?!率|天数|箱|车)")

_TRADE = re.compile(
    r"(?<!车)经营性?(?:贷|周转|资金|用途|需求|所需|用款|借款)|(?:用于|用作|投入)[^。；;!！，,]{0,10}?(?<!车)经营"
    r"(?!性?租赁|许可|用车|的?[货客卡]?车|车辆|范围|地址|场所|者|主体)|"
    r"(?<!车)企业(?:经营(?!范围|地址|者|许可)|周转|流动资金|信用贷|应急|用款|借款|资金周转)|"
    r"(?<!车)(?:企业主?|小微(?:企业主?|商户|店主)?|商户|商家|个体户|老板|店主|创业|生意|供应链|发票|税务?)贷"
    r"(?!款?[^，。,；;!！]{0,2}[购买提]|车)|小微企业?(?:融资(?!租赁)|借款)|(?:用于|拿去|用来)(?:做生意|开店|扩店)|"
    r"(?:给|付|垫付?|发)员工工资|给员工发工资|采购原(?:材)?料|原材料|农资|囤货|"
    r"(?:生意|店铺|店面|商铺|工厂|公司|货款|企业|经营)的?(?:资金)?周转|流动资金|(?<!新车)进货(?!渠道|价|车)|"
    r"备货(?:资金|款|贷)|(?:用于|拿去|用来)备货|付货款"
)
_HOME = re.compile(
    r"(?:购|买)(?:新|二手|学区)?房(?:贷|首付|资金|款|分期|按揭)|住房(?:贷款|按揭)|房(?:屋|产)按揭|(?:房子|房屋|房款)首付|"
    r"(?:用于|可用来|用来|拿去|拿来|用途)[^。；;!！]{0,12}?(?:购|买)(?:新|二手|学区)?房(?!车)|(?<!有)房贷(?:业务|产品|低至)"
)
_STUDIES = re.compile("助学贷款|助学贷|学费贷")


def purposes(folded: str) -> frozenset[str]:
    """Return the products (consumer, business, mortgage, student_aid) that a folded text without spaces names."""
    return frozenset(_purposes(folded)) if _TOPIC.search(folded) else frozenset()


def _purposes(folded: str) -> Iterator[str]:
    offered = _RULED_OUT.sub("。", folded)
    if _TO_DEALERS.search(offered):
        offered = _OF_DEALERS.sub("", offered)
    trade = _TRADE.search(offered) is not None
    if trade:
        yield "business"
    turnover = not trade and _TURNOVER.search(offered)
    if turnover or any(pattern.search(offered) for pattern in (_CASH, _ANYTHING, _CONSUMPTION)):
        yield "consumer"
    if _HOME.search(offered):
        yield "mortgage"
    if _STUDIES.search(offered):
        yield "student_aid"
