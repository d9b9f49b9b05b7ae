"""What a lender's ad should have besides: told to the advertiser, and no ground to block.

Two things are advised: to say that approval decides, and to mark as advertising what no platform marks. Complete ads
say the first in so many words that a pattern can't be trusted to know them all, and no rule that was read demands it
word for word; the second is the publisher's and the platform's duty, whoever the lender is.
"""

import re

from moderation.policy import patterns
from moderation.policy.disclosures import Fault

_UNMARKED_KINDS = frozenset({"post", "comment"})
"""Kinds of item that a platform doesn't mark as advertising."""

_SPEAKS_OF_APPROVAL = re.compile(
    r"额度|授信|审批|审核|放款|到账|申请|获批|下款|最高[^。，,！!\n]{0,6}万|(?:可?借|贷|提供|金额)[^。，,！!\n]{0,6}[\d一二三五十]+[千万元]|[\d十]万元"
)
_DECIDES = r"(?:审批|审核|审查|批核|核批|核定|核准|评估|评定|判断|调查)"
_CAVEAT = re.compile(
    r"为准|而定|因人而异|取决于|说了算|保留[^。！!\n]{0,14}(?:批核|审批|核准)|批[与和不][^。，,！!\n]{0,2}[批否贷]|贷与不贷|视[^。！!\n]{0,10}(?:资质|资信|情况|信用|单位|收入|条件)"
    rf"|(?:由|经|须|需|待|看|过|先|后|通过|等候|依据?|根据|按)[^。，,！!\n]{{0,14}}{_DECIDES}(?![快秒通]|即可|就)"
    rf"|{_DECIDES}[^。，,！!\n]{{0,10}}(?:由|决定|独立|作出|最终|依据|不通过|未通过|说了算|结果|权归|后给)"
    r"|(?:不保证|不承诺|不代表|不等于|不意味|未必|非承诺|可能(?:会)?(?:被?拒绝|不(?:予|能)?(?:通过|获批)|降低|调整))|有权[^。！!\n]{0,12}(?:拒绝|减额|同意)"
    r"|(?:是否|能否|可否)[^。，,！!\n]{0,4}(?:获批|批准|放款|准入|通过|可用|受理|借)|独立(?:审批|风控|审核)|先审后|审批标准|自主(?:决策|审批)|依[^。，,]{0,8}确定"
)
_MARK = r"(?:广告|推广|赞助|商业合作|商务合作)"
_MARKED = re.compile(
    rf"(?<![\u4e00-\u9fff]){_MARK}(?![\u4e00-\u9fff])|[#【\[(（<《「]{_MARK}|(?:本|此|该|以上|以下)[^。，,！!\n]{{0,10}}(?:为|是|系|属于?|含|由)[^。，,！!\n]{{0,10}}{_MARK}"
    rf"|{_MARK}(?:内容|信息|主体|主|标识|合作)?[:：]|{_MARK}(?:内容|合作)(?![\u4e00-\u9fff])|品牌推广|付费推广"
)


def advise(text: str, *, kind: str = "ad", marked_as_ad: bool = False) -> tuple[Fault, ...]:
    """Return what a licensed lender's loan ad *text* should mend although it need not be blocked for it.

    *kind* is the item's; an ``ad`` is marked by the platform, and so is what it says is *marked_as_ad*.
    """
    folded = patterns.fold(text)
    found = []
    if _SPEAKS_OF_APPROVAL.search(folded) and not _CAVEAT.search(folded):
        found.append(Fault("approval_caveat", "approval_caveat", blocks=False))
    if kind in _UNMARKED_KINDS and not marked_as_ad and not _MARKED.search(folded):
        found.append(Fault("ad_mark", "ad_mark", blocks=False))
    return tuple(found)
