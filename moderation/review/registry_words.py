"""The registry's English keys and reasons in the words of its pages, and addresses of lenders whatever their names."""

from flask import Blueprint, url_for

from moderation.review.exhibit import inert

WORDS: dict[str, dict[str, str]] = {
    "kind": {
        "lenders": "机构", "operators": "助贷机构", "brands": "品牌", "channels": "联系渠道", "partners": "合作机构",
    },
    "state": {"proposed": "待复核", "applied": "已生效", "rejected": "已驳回"},
    "status": {"active": "有效", "suspended": "中止", "revoked": "吊销", "exited": "已退出", "unknown": "不详"},
    "confidence": {"high": "高", "medium": "中", "low": "低"},
    "name": {"legal_name": "法定名称", "former_name": "曾用名", "alias": "简称", "brand": "品牌或产品"},
    "channel": {"domain": "域名", "app": "应用", "wechat_oa": "公众号", "hotline": "客服电话"},
    "role": {"marketing": "营销", "credit_enhancement": "增信", "technology": "技术", "collection": "催收"},
    "product": {
        "consumer": "消费", "business": "经营", "vehicle": "车辆", "mortgage": "住房抵押", "student_aid": "助学",
    },
    "reach": {"online": "线上", "offline": "线下", "both": "线上和线下"},
    "source": {"follows from the legal name": "由法定名称推出", "shipped with Daidun": "随贷盾发布"},
    "field": {
        "legal_name": "法定名称", "licence_type": "牌照类型", "source": "来源", "confidence": "可信度",
        "as_of": "资料日期", "note": "备注", "uscc": "统一社会信用代码", "nfra_code": "金融许可证编码",
        "licence_no": "牌照号", "regulator": "监管机构", "valid_region": "展业地区", "province": "省份",
        "products": "贷款种类", "channel": "渠道", "max_amount": "最高额度（元）", "former_names": "曾用名",
        "brands_supported": "有据品牌", "brands_unverified": "待核品牌", "domains": "域名",
        "domain_confidence": "域名可信度", "domains_unverified": "待核域名", "statuses": "牌照状态",
        "expires": "牌照到期日", "operator_name": "助贷机构", "brands": "品牌", "brand": "品牌", "role": "角色",
        "value": "内容", "valid_from": "起始日", "valid_to": "截止日（不含）", "product": "产品",
    },
}  # fmt: skip
"""By group, the word for each key; a key without a word is shown as it is."""

_NOUNS = {
    "licence type": "牌照类型", "name": "名称", "domain": "域名", "app": "应用", "wechat_oa": "公众号",
    "hotline": "客服电话", "partner": "合作机构", "operator's brand": "助贷机构品牌", "operator": "助贷机构",
    "use of": "名称",
}  # fmt: skip


_CELLS = {
    "confidence": ("confidence",), "domain_confidence": ("confidence",), "role": ("role",), "products": ("product",),
    "channel": ("channel", "reach"),
}  # fmt: skip
"""Fields whose cells, or parts of cells, are keys: the groups of their words."""


def install(blueprint: Blueprint) -> None:
    """Add the template filters ``word``, ``cell``, ``reason``, ``thing`` and ``lender_url``."""
    for each in (word, cell, reason, thing, lender_url):
        blueprint.add_app_template_filter(each)


def word(key: str, group: str) -> str:
    """Return the word for *key*, or the key itself, harmless."""
    return WORDS[group].get(key) or inert(key)


def cell(text: str, field: str) -> str:
    """Return a cell of *field*, or a part of one, as it is read in Chinese."""
    if field == "statuses":
        status, at, day = text.partition("@")
        return word(status, "status") + (f"（自 {inert(day)} 起）" if at else "")
    return next((WORDS[group][text] for group in _CELLS.get(field, ()) if text in WORDS[group]), inert(text))


def reason(told: str) -> str:
    """Return one of ``widening.reasons`` in Chinese; what is not recognised stays as it is, harmless."""
    for beginning, verb in (("grants ", "新认可"), ("no longer restrains ", "不再约束")):
        if told.startswith(beginning):
            return verb + thing(told.removeprefix(beginning))
    if told.startswith("active from "):
        day = told.removeprefix("active from ")
        return "牌照从一开始就算有效" if day == "the beginning" else f"牌照自 {inert(day)} 起算有效"
    if told.startswith("wider "):
        return f"放宽或改动{word(told.removeprefix('wider '), 'field')}"
    return inert(told)


def thing(told: str) -> str:
    """Return what ``widening`` and ``expiry`` call a fact, such as ``domain x.cn``, in Chinese."""
    if told == "licence":
        return "牌照"
    for beginning, noun in _NOUNS.items():
        if told.startswith(f"{beginning} "):
            what = told.removeprefix(f"{beginning} ")
            name, opened, role = what.rpartition(" (")
            if beginning == "partner" and opened:
                return f"{noun}“{inert(name)}”（{word(role.removesuffix(')'), 'role')}）"
            return f"{noun}“{inert(what)}”"
    return inert(told)


def lender_url(name: str, at: str | None = None) -> str:
    """Return the address of a lender's page, as of the day *at* if given.

    Servers and browsers merge slashes and resolve dots in paths: such a name travels in the query instead.
    """
    segments = name.split("/")
    if any(segment in {"", ".", ".."} for segment in segments):
        return url_for("review.registry_lender_called", name=name, at=at)
    return url_for("review.registry_lender", legal_name=name, at=at)
