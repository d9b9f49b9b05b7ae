"""The taxonomy: every text gets one main label; its group says whose business it is.

``illicit`` labels are illegal whoever publishes them. ``lending_ad`` labels hang on the publisher's
licence and on what is disclosed. ``benign`` labels must pass.
"""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What follows from a label when nothing is known of the publisher."""

    ILLICIT = "illicit"
    LENDING_AD = "lending_ad"
    BENIGN = "benign"


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the taxonomy.

    ``key`` is the identifier in every API and data set, ``zh`` the name moderators read, ``severity``
    orders harm from 0 (none) to 4 (block and report): when two labels fit, the more harmful one wins.
    """

    key: str
    zh: str
    group: Group
    severity: int
    meaning: str


_ILLICIT = Group.ILLICIT
_LENDING = Group.LENDING_AD
_BENIGN = Group.BENIGN

TAXONOMY: tuple[Label, ...] = (
    Label("bad_credit_loan", "黑户贷", _ILLICIT, 3, "向征信不良者承诺放款"),
    Label("usury_loan", "高利贷", _ILLICIT, 4, "高息、砍头息、超短期的私人放贷"),
    Label("campus_loan", "校园贷", _ILLICIT, 4, "以学生或未成年人为对象的贷款"),
    Label("coercive_loan", "裸贷", _ILLICIT, 4, "以私密影像、家人、人身作担保的贷款"),
    Label("cash_out", "套现", _ILLICIT, 3, "把消费额度、信用卡额度变成现金"),
    Label("forged_documents", "包装骗贷", _ILLICIT, 3, "伪造或买卖贷款材料"),
    Label("credit_repair", "征信修复", _ILLICIT, 3, "收费“修复”“洗白”征信"),
    Label("straw_borrower", "背债/AB贷", _ILLICIT, 4, "借他人名义贷款"),
    Label("quota_hack", "强开提额", _ILLICIT, 4, "以“内部”“技术”手段开通或提高额度"),
    Label("advance_fee", "前期费骗贷", _ILLICIT, 4, "放款前收取费用、保证金或要求转账"),
    Label("impersonation", "冒充持牌机构", _ILLICIT, 4, "冒充持牌机构、其员工或监管部门"),
    Label("debt_evasion", "反催收", _ILLICIT, 3, "收费代办逃债、恶意投诉、代理维权"),
    Label("disguised_loan", "变相贷", _ILLICIT, 3, "以租赁、购物、寄售等形式掩盖的贷款"),
    Label("lending_agents", "招代理/口子", _ILLICIT, 4, "招募放贷代理，买卖客资、系统、口子"),
    Label("debt_collection", "非法讨债", _ILLICIT, 4, "以暴力或非法手段代人讨债"),
    Label("unlicensed_loan_ad", "非持牌贷款广告", _LENDING, 3, "无牌照者（含中介、助贷）的普通贷款广告"),
    Label("licensed_noncompliant_ad", "持牌但不合规", _LENDING, 2, "持牌机构的误导性广告或缺少必要披露的广告"),
    Label("licensed_ad", "持牌合规广告", _LENDING, 0, "披露齐全的持牌机构贷款广告"),
    Label("news_education", "新闻科普", _BENIGN, 0, "新闻、判决、警方与银行的提示"),
    Label("complaint", "投诉受害", _BENIGN, 0, "受害者或客户的讲述与投诉"),
    Label("question_talk", "提问闲聊", _BENIGN, 0, "提问、朋友间的建议、日记、玩笑、虚构"),
    Label("service_notice", "服务通知", _BENIGN, 0, "银行或持牌机构的还款提醒、账单、验证码"),
    Label("other_ad", "其他广告", _BENIGN, 0, "卖的不是贷款的广告"),
    Label("unrelated", "无关", _BENIGN, 0, "其余一切"),
)

LABELS: dict[str, Label] = {label.key: label for label in TAXONOMY}
KEYS: tuple[str, ...] = tuple(LABELS)
ILLEGAL: frozenset[str] = frozenset(
    label.key for label in TAXONOMY if label.group is Group.ILLICIT or label.key == "unlicensed_loan_ad"
)
"""Labels whose text is an illegal promotion unless a licence says otherwise: the positives of ``score``."""


def group_of(key: str) -> Group:
    """Return the group of the label *key*.

    Raises:
        KeyError: *key* is no label of the taxonomy.
    """
    return LABELS[key].group
