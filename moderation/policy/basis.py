"""Which texts of law a reason may cite: only those read at their source, each article by its number.

《广告法》第二十五条 is not among them on purpose: it speaks of investments, not of loans.
"""

_UNAPPROVED = "《银行业监督管理法》第十九条"
_PUBLIC_LENDING = "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》第十三条第三项"
_RATE_CAP = "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》第二十五条"
_CUT_PRINCIPAL = "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》第二十六条"
_ILLEGAL_LENDING = "《关于办理非法放贷刑事案件若干问题的意见》（2019年）"
_MARKETING = "银发〔2019〕316号第一条"
_ANNUAL_RATE = "中国人民银行公告〔2021〕第3号"
_ONLINE_MARKETING = "《金融产品网络营销管理办法》（2026年9月30日起施行）"
_PARTNERS = "金规〔2025〕9号"
_STUDENTS = "大学生互联网消费贷款监管通知（2021年2月24日）"
_TELECOM_FRAUD = "《反电信网络诈骗法》第二十五条第二款第二项"
_LOAN_FRAUD = "《刑法》第一百七十五条之一"
_ILLEGAL_BUSINESS = "《刑法》第二百二十五条"
_PERSONAL_DATA_CRIME = "《刑法》第二百五十三条之一"
_NETWORK_CRIME = "《刑法》第二百八十七条之一"
_DEBT_CRIME = "《刑法》第二百九十三条之一"
_TRUTHFUL = "《广告法》第四条"
_CLEAR_TERMS = "《广告法》第八条"
_STATE_NAMES = "《广告法》第九条第二项"
_RECOGNISABLE = "《广告法》第十四条"
_FALSE_AD = "《广告法》第二十八条"
_PUBLISHER_CHECKS = "《广告法》第三十四条"
_CREDIT_RECORDS = "《征信业管理条例》第十六条"
_CREDIT_OBJECTION = "《征信业管理条例》第二十五条"
_DATA_CONSENT = "《个人信息保护法》第二十三条"
_SENSITIVE_DATA = "《个人信息保护法》第二十八条"
_BEIJING = "北京市金融投资理财类广告发布合规指引"

BASIS: dict[str, tuple[str, ...]] = {
    # By label.
    "bad_credit_loan": (_MARKETING, _TRUTHFUL, _FALSE_AD),
    "usury_loan": (_RATE_CAP, _CUT_PRINCIPAL, _ILLEGAL_LENDING, _ILLEGAL_BUSINESS),
    "campus_loan": (_STUDENTS,),
    "coercive_loan": (_SENSITIVE_DATA, _DEBT_CRIME),
    "cash_out": (_ILLEGAL_BUSINESS,),
    "forged_documents": (_LOAN_FRAUD,),
    "credit_repair": (_CREDIT_RECORDS, _CREDIT_OBJECTION),
    "straw_borrower": (_LOAN_FRAUD,),
    "quota_hack": (_MARKETING, _TELECOM_FRAUD),
    "advance_fee": (_TELECOM_FRAUD, _NETWORK_CRIME),
    "impersonation": (_TELECOM_FRAUD, _FALSE_AD),
    "debt_evasion": (_TRUTHFUL, _FALSE_AD),
    "disguised_loan": (_PUBLIC_LENDING, _CUT_PRINCIPAL, _MARKETING),
    "lending_agents": (_MARKETING, _DATA_CONSENT, _PERSONAL_DATA_CRIME),
    "debt_collection": (_DEBT_CRIME, _PERSONAL_DATA_CRIME),
    "unlicensed_loan_ad": (_UNAPPROVED, _PUBLIC_LENDING, _MARKETING),
    "licensed_noncompliant_ad": (_ANNUAL_RATE, _CLEAR_TERMS),
    "licensed_ad": (_MARKETING, _PUBLISHER_CHECKS),
    # By what the registry says.
    "lender.no_licence": (_MARKETING, _PUBLISHER_CHECKS),
    "lender.unverified": (_MARKETING, _PUBLISHER_CHECKS),
    "lender.verified_unlicensed": (_MARKETING, _PARTNERS),
    "lender.suspended": (_MARKETING,),
    "lender.product_beyond_licence": (_MARKETING,),
    "lender.amount_beyond_licence": (_MARKETING,),
    "lender.region_beyond_licence": (_MARKETING,),
    "lender.partner_expired": (_MARKETING, _PARTNERS),
    "lender.unconfirmed": (_PUBLISHER_CHECKS,),
    "lender.not_accepted": (_PUBLISHER_CHECKS,),
    "lender.impersonated": (_FALSE_AD, _TELECOM_FRAUD),
    "lender.other_lender": (_MARKETING, _FALSE_AD),
    "lender.contradiction": (_FALSE_AD, _PUBLISHER_CHECKS),
    "lender.foreign_landing": (_FALSE_AD, _PUBLISHER_CHECKS),
    # By disclosure.
    "disclosure.lender_name": (_CLEAR_TERMS,),
    "disclosure.annual_rate": (_ANNUAL_RATE,),
    "disclosure.short_period_rate": (_ANNUAL_RATE, _BEIJING),
    "disclosure.rate_range": (_CLEAR_TERMS, _BEIJING),
    "disclosure.risk_notice": (_CLEAR_TERMS,),
    # What a loan may not pay for is set by lending rules that nobody here has read at their source.
    "disclosure.forbidden_purpose": (),
    "disclosure.promise": (_FALSE_AD, _ONLINE_MARKETING),
    "disclosure.interest_deducted": (_CUT_PRINCIPAL,),
    # The line of 24 % is the regulators' practice; no text that was read sets it.
    "disclosure.rate_over_cap": (),
    "disclosure.cost_beyond_stated": (_ANNUAL_RATE, _FALSE_AD),
    "disclosure.state_aura": (_STATE_NAMES,),
    "disclosure.student_targeting": (_STUDENTS,),
    "disclosure.cash_from_shopping_credit": (_TRUTHFUL, _FALSE_AD),
    "disclosure.private_contact": (_TRUTHFUL,),
    # By what is advised and blocks nothing.
    "advice.approval_caveat": (_CLEAR_TERMS, _BEIJING),
    "advice.ad_mark": (_RECOGNISABLE,),
}
"""Legal basis by label or by reason code."""


def basis_of(key: str) -> tuple[str, ...]:
    """Return what may be cited for a label or a reason code: nothing, where no text was read that fits."""
    return BASIS.get(key, ())
