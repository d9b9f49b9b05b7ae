"""Prices put in sums: 15000元12期每期1506.93元, 借1000到手700七天还1000, 1万元用一天2.5元."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.rates.annualised import Price
from moderation.rates.arithmetic import Period
from moderation.rates.costing import Group, Role, Sum
from moderation.rates.numerals import SUM, money
from moderation.rates.terms import TERM, Term, term_of
from moderation.rates.vocabulary import LENDING

_TOKEN = re.compile(
    r"(?P<stop>[。！!？?；;])"
    r"|(?P<per>(?P<month>每个?月|每期|月供|月还|月付|(?<!第)一个?月(?=利息)|月息)|(?P<week>每周|每星期|周还|周息|一周(?=利息))"
    r"|(?P<day>每[天日]|日还|日供|日息|(?<![\d零一二两三四五六七八九十月])[一1][天日](?!内|一期|后|到)))"
    r"|(?P<role>(?P<received>到手|实到|实收|实际到账|到账)"
    r"|(?P<total>(?:总共|一共|合计|共|总)(?:还款?|计还款?)|连本带[利息])"
    r"|(?P<other>尾号|单号|工资|薪|收入|额度|红包|奖|首付|定金|补贴|租金|押金|会员费?|服务费|手续费|续期费?|逾期|罚|[晚超](?:了|过)?一[天日]|立减|券|提成|市值|备用金|流水|收益)"
    r"|(?P<repaid>应还|归还|偿还|还清|还款|还(?![有是能可在会没不剩差欠想送])|收)"
    r"|(?P<principal>分期金额|借款|贷款|本金|借|贷|写)"
    r"|(?P<interest>利息|息费|成本|只要|仅需?|只需|用(?=[一1每][天日])))"
    rf"|{TERM.pattern}"
    rf"|(?P<sum>{SUM})(?P<money>元|块钱?|毛钱?|角|分钱|个(?!月|星|礼|点))?(?P<tail>[一二三四五六七八九](?![万千百十个天日周年期月])|\d(?!\d))?"
    r"(?!(?<=\d)\d|:\d|,\d{3}|[.%‰折倍期天年月周号点人名户家次张位小成厘斤吨克×÷*=]|分(?![\d一二三四五六七八九十]))"
)
_REACH = 8
_APART = 30
_MOST = 16
_AROUND = 40
_COMMA = re.compile(r"[,，、]")
_UP_TO = re.compile(r"(?:-{1,2}|至|到(?![手账期]))(?=[\d一二两三四五六七八九十])")
_DOWN_FROM = re.compile(r"[\d万千百元kw][-至到]|.[×÷*]")
_ARABIC = re.compile(r"\d")
_LARGE = re.compile(r"[万千百wk]")


@dataclass(slots=True)
class _Pending:
    """The words that say what the next sum is, and where they end."""

    role: Role | None = None
    period: Period | None = None
    single: bool = False
    start: int = 0
    end: int = 0

    def take(self, start: int, text: str) -> tuple[int, Role | None, Period | None, bool]:
        """Return what is known of a sum at *start*, from where on the text tells it, and forget it."""
        known = (self.role or self.period) and start - self.end <= _REACH and not _COMMA.search(text, self.end, start)
        told = (self.start, self.role, self.period, self.single) if known else (start, None, None, False)
        self.role, self.period, self.single = None, None, False
        return told


def find_schedules(text: str, taken: bytearray) -> Iterator[Price]:
    """Yield the prices put in sums, in order; a number in *taken* places of *text* is a rate and no sum."""
    for group in _groups(text, taken):
        around = text[max(0, group.start - _AROUND) : group.end + _AROUND]
        price = group.price(lends=LENDING.search(around) is not None)
        if price:
            yield price


def _groups(text: str, taken: bytearray) -> Iterator[Group]:
    """Yield sums and terms that stand together: in one sentence, not far apart, one loan each."""
    group, pending = Group(), _Pending()
    for found in _TOKEN.finditer(text):
        if found["stop"]:
            yield group
            group, pending = Group(), _Pending()
        elif found["per"] or found["role"]:
            _note(text, found, pending)
            group.lends = (
                group.lends
                or any(found[word] for word in ("principal", "received"))
                or found["repaid"] not in {None, "收"}
            )
        else:
            item = _item(text, found, pending, taken)
            if item is None:
                continue
            if len(group) >= _MOST or (len(group) and item.start - group.end > _APART) or group.closed_by(item):
                yield group
                group = Group()
            group.add(item)
    yield group


def _note(text: str, found: re.Match[str], pending: _Pending) -> None:
    if found.start() - pending.end > _REACH or _COMMA.search(text, pending.end, found.start()):
        pending.role = pending.period = None
    if pending.period is None:
        pending.start = found.start()
    if found["per"]:
        periods = {"month": Period.MONTH, "week": Period.WEEK, "day": Period.DAY}
        pending.period = next(period for name, period in periods.items() if found[name])
        pending.single = found["per"][0] in "一1"
        ending: dict[str, Role] = {"息": "interest", "还": "repaid", "付": "repaid", "供": "repaid"}
        pending.role = ending.get(found["per"][-1], pending.role)
    elif found["interest"] and found["interest"][0] in "只仅" and pending.period not in {None, Period.DAY}:
        # 每月只要 500 is what falls due; 每天只要 3毛 is what the loan costs.
        pass
    elif found["repaid"] == "收" and pending.period is None:
        # 每天收一百二 is repayment; 收费500 is not.
        return
    else:
        roles: tuple[Role, ...] = ("received", "total", "other", "repaid", "principal", "interest")
        pending.role = next(role for role in roles if found[role])
    pending.end = found.end()


def _item(text: str, found: re.Match[str], pending: _Pending, taken: bytearray) -> Sum | Term | None:
    if found["count"]:
        return term_of(found)
    start, role, period, single = pending.take(found.start(), text)
    if any(taken[found.start("sum") : found.end()]):
        return None
    value = money(found["sum"], found["money"], found["tail"])
    counted = found["money"] == "个" and role not in {"received", "repaid"}
    bare = not (found["money"] or _LARGE.search(found["sum"])) and role is None and period is None and value < 100
    spoken = not found["money"] and not _ARABIC.search(found["sum"]) and (value < 10 or len(found["sum"]) == 1)
    ranged = _UP_TO.match(text, found.end()) or _DOWN_FROM.match(text, max(0, found.start("sum") - 2))
    serial = found["sum"][0] == "0" and value >= 1
    if value <= 0 or serial or ranged or counted or bare or spoken or role == "other":
        return None
    return Sum(start, found.end(), value, role, period, single)
