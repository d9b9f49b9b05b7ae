"""What a lender's ad must not claim, as patterns over the folded text, and whether the text itself claims it."""

import re
from collections.abc import Iterator

_LOOK_BEHIND = 12
_LOOK_BACK = 40
_LOOK_AHEAD = 14
_SENTENCE_END = re.compile(r"[。！!；;\n]|[？?](?=.)")

_SURE = r"(?:100%|百分之?百|百分百)(?:的|都|会|能|包|可以?|保证?|必|给|,|，)?"
_CALENDAR = r"(?![装载方单面来发年节期去程滤渡滑里内裹量判降乘])"
_NOT_A_VISIT = r"(?!查|登|咨询|预约|到|在|了解|前往|注册|测算|试算|办理还款|还款|领取发票)"

PROMISE = re.compile(
    r"(?<![分几每])秒(?:批(?![量发次])|过(?![去程])|下(?!单|来)|到(?!达|期)|放(?![映缓]))(?!车)|闪批(?![量发])"
    rf"|{_SURE}(?:通过(?!官方|正规)|下款|放款|到账|获批|批(?![准量发]?授权)|[过贷借下]|有额度|出额|不看脸|拿钱|提现|成功)"
    rf"|(?<![不势未何])必[过下批](?![程滤渡分于多年节夜期降单载发判功夫跌个一之])|(?<![钱红书背打面荷承外])包[过下批]{_CALENDAR}|来就批(?!发)"
    r"|(?<![\d.])(?:零|0|无)门槛(?!券|红包|立减|优惠|使用|满减)|(?<![\d.])(?<!还款)(?<!结清)(?:零|0)成本|(?<![\d.])(?:零|0)利息|不用还利息"
    r"|无视(?:征信|逾期|负债|黑白)|不[看查上](?:任何|您的|你的|个人)?(?:征信|负债|大数据|流水)|(?:有|当前)逾期(?:也|都|照样)?(?:能|可)(?!能)"
    r"|(?:黑|白|花)户(?:也|可|能|都|秒)|负债(?:率)?高(?:也|照样|都)?(?:能|可)[做贷借批]|征信(?:花|差|黑)了?(?:也|照样|都)(?:能|可)"
    r"|人人(?:可(?![见谓])|能(?![够])|都(?:能|可|有|批)|有(?:额|份|钱))|谁都能(?:借|贷|批)|不下款不(?:收费|要钱|收钱)"
    rf"|(?:身份证|手机号)(?:即可|就能|就行|就有|就批|就秒){_NOT_A_VISIT}|闭眼(?:借|过)"
    r"|无需(?:审核|审批)(?!费)|(?<![避难豁])免审(?:核|批)?(?![查计美])"
    r"|(?<!还款)(?:马上|即时|立即|立刻|瞬间)(?:到账|下款|放款)|[一二三两五十\d]+(?:秒钟?|分钟)(?:之?内)?(?:就能|就|可|即可|必)?(?:放款|到账|下款|就到)"
    r"|(?<!最快)(?<!预计)当天(?:必|就|保证|包|保)?(?:下款|拿钱|见钱)|上午[^。，,！!\n]{0,4}下午(?:见|拿)钱|下款率|通过率[^。，,！!\n]{0,3}\d"
    r"|(?:保证|(?<![确担])保|一定|肯定)(?:能|会|可以)?(?:通过(?!官方|正规|本|我|手机|app|微信|网|柜|线|银行|合法|客服|此|该|上述|合理)"
    r"|下款|放款|获批|批(?![评判量发]))"
    r"|签字(?:即|就)放款|一点就批(?!发|量)|就能批(?!量|发)|内部(?:通道|渠道|名额)|强开(?:额度|花呗|借呗|白条)"
)
CUT_UP_FRONT = re.compile(
    r"(?:先行?|预先?|提前|放款[前时]|一次性)扣(?:除|掉|下|取|收)?[^。！!；;\n]{0,10}?(?:利息|息费|手续费|服务费|管理费|费用|元|%)|砍头息"
)

RENOUNCED = re.compile(
    r"(?:不收取?|不扣|不含|不存在|不得|不会|无|没有|零|拒绝|禁止|严禁|杜绝|远离|警惕|谨防)[^，,。！!；;\n]{0,10}$"
)
"""Before a cost: the ad says that it isn't charged."""

_ORGAN = (
    r"(?:央行|人民银行|银保监会?|金融监管总局|国家金融监督管理总局|国务院|财政部|工信部|发改委|人社[局部厅]|金融办"
    r"|公安[局部]?)"
)
_LENDS = r"(?:合作|认证|授权|背书|指定|备案|推荐|扶持|支持|直属|旗下|主办|监制|担保|联合)"
STATE_AURA = re.compile(
    r"国家(?:政策)?(?:扶持|支持|补贴|贴息|认证|指定|背书|号召|兜底|担保)|国家(?:级)?(?:惠民|扶贫|助农|福利)(?:工程|项目|政策|贷款|贷)"
    r"|政府(?:部门)?(?:扶持|支持|补贴|贴息|认证|指定|背书|合作|授权|推荐|主导|牵头|担保|项目|专项贷)"
    rf"|{_ORGAN}(?:官方|特别|重点)?{_LENDS}"
    r"|官方(?:指定|认证|背书|授权)(?!的?(?:公众号|账号|微信|app|渠道|网站|客服|电话|热线|下载|小程序|网点|抖音|微博|视频号|店))"
)
STUDENT = re.compile(
    r"(?<!返乡)(?<!毕业)(?<!创业)大学生(?!村官|志愿|创业担保|以外|之外)|在校(?:大?学)?生|在读(?:本科|研究|博士|硕士|大?学)?生"
    r"|学生党|学生族|学生证|学信网|学生(?:专享|专属|专用)|(?<![小中])学生(?:可(?![见能])|也[能可]|都[能可借贷]|也|贷(?!款资助))"
    r"|校园(?:贷|专|分期|代理)|凭学[号籍]|大[一二三四](?:新生|学[生弟]|的?同学)|同学们?(?:看过来|也[能可][借贷分]|专享|福利)|宿舍(?:急|断|救)"
    r"|未成年人?(?:也|可|都)|(?:高中|职校|中专|大专|研究|高校学)生(?:可|也|都|专)"
)
SHOPPING_CREDIT = re.compile(r"花呗|分付|先用后付|(?:美团|抖音)月付")
CASH_PRODUCT = re.compile(
    r"借呗|微粒贷|金条|(?:信用|现金|消费|信|易|e|快)贷(?!款?有风险)|借钱|现金(?:借款|分期)|随借随还"
)
"""Where one is named too, cash may be that one's."""
CASH_TAKEN = re.compile(
    r"(?:[能可]|支持|开通|直接|马上)(?:以|够)?(?:提现|取现|变现|套现)|(?:提现|取现|变现)(?:啦|了|秒到|到账)"
    r"|转(?:进|入|到|出)[^。，,！!；;\n]{0,4}(?:银行卡|卡里|卡上|余额|零钱)"
)
STUDENT_AID = re.compile(r"助学贷款|生源地")

_DENIED_BEFORE = re.compile(
    r"不能?$|不(?:承诺|保证|代表|会|存在|提供|支持|面向|向|得|对|可|受理|予|是|针对|接受|含|包括|出现|定向|使用|意味|等于|等同)"
    r"|不能(?:保证|承诺|借|申请|办)|不要(?:相信|轻信)|勿|禁止|严禁|(?<!并)非(?!常)|并非(?!不)|未(?:与|经|获|取得|得到)"
    r"|谨防|警惕|拒绝|远离|没有|声称|所谓|任何(?!人)|凡是?|杜绝|假冒|冒充|冒用|从不|绝不|切莫|别信|如遇|若遇|识别|抵制"
)
_DENIED_AFTER = re.compile(
    r"诈骗|骗局|骗子|骗人|骗术|套路|不可信|勿|除外|谢绝|禁止|远离|谨防|警惕|举报|[吗么][？?]?"
    r"|不(?:可|得|能|予|支持|适用|受理|提供|在|面向|一定|实|要|属实)|可疑|都是假|并非|均为虚假"
)
_ASKED = re.compile(r"[^。！!；;\n]{0,4}[？?][”\"』」]")
"""After it: the end of a question that somebody is quoted with."""


_HEADED = re.compile(
    r"(?:不能|不可|不得|不予|不适合|不面向|不受理|不接受|禁止|严禁|谢绝|不准入)[^。，,！!；;\n]{0,10}[？?:：][^。！!；;]{0,16}$"
)
"""Before it: a heading of what is ruled out, as in "哪些人不能申请？在校学生"."""
_QUOTED = re.compile(r"[“「『\"][^“”「」『』\"]{1,10}[”」』\"][、，,/和或及与]?")
"""One of several quoted phrases: what denies the first of them denies the others."""


def asserted(pattern: re.Pattern[str], folded: str) -> Iterator[re.Match[str]]:
    """Yield what the text says itself, not what it denies or warns of ("不承诺秒批", "百分百下款都是骗局")."""
    return (found for found in pattern.finditer(folded) if not _is_denied(found, folded))


def cut_up_front(folded: str) -> Iterator[re.Match[str]]:
    """Yield where the text holds interest or fees back before the loan is paid out."""
    for found in asserted(CUT_UP_FRONT, folded):
        if not RENOUNCED.search(folded[max(0, found.start() - _LOOK_BACK) : found.start()]):
            yield found


def _is_denied(found: re.Match[str], folded: str) -> bool:
    stretch = _QUOTED.sub("", folded[max(0, found.start() - _LOOK_BACK) : found.start()])
    before = _SENTENCE_END.split(stretch)[-1][-_LOOK_BEHIND:]
    after = _SENTENCE_END.split(folded[found.end() : found.end() + _LOOK_AHEAD])[0]
    denied = _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after) or _HEADED.search(stretch)
    return denied is not None or _ASKED.match(folded, found.end()) is not None
