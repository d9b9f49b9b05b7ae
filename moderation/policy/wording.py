"""The words in which verdicts are told, zh-CN: what was found, and why it matters. One table a kind of reason."""

from dataclasses import dataclass

KINDS = {
    "post": "这条帖子",
    "ad": "这条广告",
    "comment": "这条评论",
    "profile": "这份主页资料",
    "message": "这条消息",
}
THIS = "这段内容"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of one label: ``found`` in the text, ``why`` it matters, ``notice`` to the consumer."""

    found: str
    why: str
    notice: str


LABELS: dict[str, Wording] = {
    "bad_credit_loan": Wording(
        "向征信不良或负债过高的人承诺放款",
        "正规贷款都要审核信用，这类承诺多是收费骗局或高利贷的入口。",
        "正规机构放款前必查征信；声称“不看征信也能贷”的，请勿提供身份证、银行卡和验证码。",
    ),
    "usury_loan": Wording(
        "招揽高息、超短期或先扣利息的私人借款",
        "借款人到手的钱远少于要还的钱，很快会滚成还不清的债。",
        "借款前请按实际到手金额计算年化利率；先扣利息的部分不算本金。",
    ),
    "campus_loan": Wording(
        "以学生或未成年人为对象招揽贷款",
        "学生没有稳定收入，监管部门禁止小额贷款公司和无牌机构向大学生放贷或引流。",
        "在校学生有资金困难，请先联系学校资助中心，了解国家助学贷款。",
    ),
    "coercive_loan": Wording(
        "要求以私密影像、亲友信息或人身作为借款担保",
        "这些资料一旦交出，就会被用来威胁和勒索。",
        "不要为借款拍摄或交出任何私密影像；已被威胁的，请保留证据并拨打110。",
    ),
    "cash_out": Wording(
        "帮人把消费额度或信用卡额度变成现金",
        "虚构交易套取资金可能构成犯罪，套现人也常常收不到钱、还要还款。",
        "套现既要付手续费又要全额还款，还会影响征信；对方收货不打款时很难追回。",
    ),
    "forged_documents": Wording(
        "代做或买卖流水、工作、经营等贷款材料",
        "用虚假材料骗取贷款，借款人自己也要承担法律责任。",
        "使用假材料申请贷款，责任由签字的借款人承担；请勿交出证件让人“包装”。",
    ),
    "credit_repair": Wording(
        "收费“修复”“洗白”征信记录",
        "真实的不良记录只能在还清五年后自动删除，有错误可以免费提出异议，没有任何人能花钱消除。",
        "征信有误可向征信中心或贷款机构免费提出异议；收费“修复”的都不可信。",
    ),
    "straw_borrower": Wording(
        "招揽他人出面背债、顶名或“担保”借款",
        "钱由别人拿走，债务和法律责任全部落在签字人身上。",
        "谁签字谁还债；以“担保人”“刷个脸”为名让您签的，可能就是贷款合同。",
    ),
    "quota_hack": Wording(
        "声称能用“内部”“技术”手段开通或提高额度",
        "额度由机构系统审批，外人无法操作，交出账号和验证码会造成盗刷。",
        "额度只能在机构官方渠道申请；请勿把账号、密码和验证码交给任何人。",
    ),
    "advance_fee": Wording(
        "在放款前要求交费、交保证金或先转账",
        "正规贷款在放款前不收任何费用，这是最常见的贷款诈骗手法。",
        "放款前收费的都是诈骗；如已转账，请立即拨打96110或110。",
    ),
    "impersonation": Wording(
        "冒充持牌机构、其员工或监管部门",
        "引到非官方的联系方式或网址，常用来骗取资料和钱款。",
        "请通过机构官方App、官网或官方客服电话核实；接到可疑联系可拨打96110咨询。",
    ),
    "debt_evasion": Wording(
        "收费代办停息、减免、恶意投诉等逃债事务",
        "这是公安和金融监管部门正在整治的金融“黑灰产”，委托人常被收取高额费用并泄露资料。",
        "还款有困难，请直接与贷款机构协商，不收任何费用；请勿把证件和电话卡交给代理人。",
    ),
    "disguised_loan": Wording(
        "以租赁、购物、回收、会员等形式变相放贷",
        "表面是买卖，实际是高成本借款，费用往往远高于正规贷款。",
        "“租机变现”“购卡回收”本质是借钱，请把全部费用折算成年化利率再作决定。",
    ),
    "lending_agents": Wording(
        "招揽放贷代理，或买卖口子、客户资料、放贷系统",
        "为非法放贷拉客或倒卖个人信息，帮助者同样要承担责任。",
        "“下款口子”多为诈骗或高利贷；请勿参与倒卖他人资料。",
    ),
    "debt_collection": Wording(
        "招揽以骚扰、恐吓、上门等手段代人讨债",
        "以暴力、威胁手段催收非法债务可能构成犯罪。",
        "有债务纠纷请通过调解、仲裁或诉讼解决；遭遇暴力催收请拨打110。",
    ),
    "unlicensed_loan_ad": Wording(
        "招揽贷款或收集借款人线索",
        "没有放贷资质的个人和机构不得面向公众做贷款营销。",
        "借款请找持牌机构的官方渠道，可在国家金融监督管理总局网站查询金融许可证。",
    ),
    "licensed_noncompliant_ad": Wording(
        "宣传贷款产品，但披露不全或有误导",
        "借款人看不到真实的成本和放款人，无法作出判断。",
        "比较贷款请看年化利率和全部费用；贷款有风险，请理性借贷。",
    ),
    "licensed_ad": Wording(
        "以持牌机构的口吻宣传贷款产品",
        "文字写得再合规，也要由该机构或其名单内的合作方发布。",
        "请通过贷款机构的官方渠道申请；贷款有风险，请理性借贷。",
    ),
}
"""By label; benign labels need no words."""

LENDER: dict[str, str] = {
    "lender.no_licence": "{this}在推广贷款，但看不出由哪家持牌机构放款，发布者也没有经过持牌身份核验。",
    "lender.unverified": "{this}提到了“{claimed}”，但发布者没有经过核验；只写名字不能证明与该机构有关。",
    "lender.verified_unlicensed": (
        "发布者身份已核验，但不持有放贷牌照，也不在所涉持牌机构当日的合作名单上，不能推广贷款。"
    ),
    "lender.suspended": "“{matched}”在发布当日的放贷资质处于暂停、撤销或退出状态，不能推广贷款。",
    "lender.product_beyond_licence": "“{matched}”的许可证不允许向公众推广这类贷款，广告超出了许可范围。",
    "lender.amount_beyond_licence": "广告中的额度超过“{matched}”这类机构可以发放的上限，广告超出了许可范围。",
    "lender.region_beyond_licence": "“{matched}”只能在当地放贷，广告却面向全国或外地招揽，超出了许可范围。",
    "lender.partner_expired": "“{claimed}”的合作名单上曾有该发布者，但发布当日合作并不有效，不能替其推广贷款。",
    "lender.unconfirmed": "“{matched}”的登记信息只有一处来源、尚未确认，先行拦截，待人工核实后再定。",
    "lender.not_accepted": "按现行策略，这类发布者暂不能推广贷款。",
    "lender.impersonated": (
        "{this}以“{claimed}”的名义推广贷款，却引向私人联系方式或不属于该机构的网址，发布者也未核验为该机构。"
    ),
    "lender.notice_elsewhere": (
        "{this}以“{claimed}”的名义发出通知，链接却不在该机构的登记域名之内，发布者也未经核验。"
        "可能是钓鱼链接，已提交人工核实。"
    ),
    "lender.other_lender": "发布者是“{matched}”，内容却以另一家机构的名义推广贷款，容易让人误认放款人。",
    "lender.foreign_landing": "发布者已核验，但链接指向不属于“{matched}”的网址，可能被仿冒或转接导流。",
    "lender.contradiction": "发布者经核验的名称与网址域名分属不同机构，无法确认是谁在推广贷款。",
    "lender.landing_unconfirmed": "登记信息中没有“{matched}”的官方域名，无法确认链接归属，请人工核对落地页。",
    "lender.shortened_link": "链接经过缩短，看不到真实落地页，请人工核对。",
    "lender.licence_number_mismatch": "申报的许可证号与登记信息不一致，请人工核对。",
    "lender.lookalike_domain": (
        "链接“{written}”与“{entity}”的网址“{resembles}”相近而不相同，疑似仿冒网址，请勿在其中填写个人信息。"
    ),
    "lender.lookalike_name": "“{written}”与“{entity}”的名称“{resembles}”形近或音近而不相同，疑似仿冒或躲避审核。",
    "lender.notice_lure": (
        "{this}以“{claimed}”的名义发出通知，链接却不属于该机构，且使用金融机构很少注册的廉价域名，疑似钓鱼链接。"
    ),
    "lender.perhaps_ad": "发布者是“{matched}”，这条内容可能是贷款广告；如果是，尚缺下列披露。已放行并提交人工复核。",
    "lender.licensed": "发布者已核验为“{matched}”，当日资质有效，必要信息披露齐全。",
    "lender.tolerated": "发布者已核验，“{matched}”当日资质有效；按现行策略放行，但下列披露仍须补正。",
    "lender.partner": "发布者已核验，且在持牌机构当日的合作名单上，必要信息披露齐全。",
}
UNNAMED = "该机构"

DISCLOSURES: dict[str, str] = {
    "disclosure.lender_name": "没有写明放款机构的全称。借款人有权知道钱由谁出借，请写出营业执照上的机构名称。",
    "disclosure.annual_rate": "没有展示年化利率。贷款营销须以明显方式展示年化利率，请补上并注明计算方式（如单利）。",
    "disclosure.short_period_rate": (
        "只写了按日或按月的价格，没有年化利率。短周期价格看起来便宜，容易误导，请同时展示年化利率。"
    ),
    "disclosure.rate_range": "只宣传最低利率，没有写利率范围或上限。多数人拿不到最低价，请写明年化利率的上下限。",
    "disclosure.risk_notice": "没有风险提示。请加上“贷款有风险，请理性借贷”等提醒。",
    "disclosure.forbidden_purpose": (
        "把贷款用途宣传为“{quote}”。持牌机构的消费贷款一般约定不得用于购房首付、股票理财等投资、偿还其他债务或赌博，"
        "请删去，并写明资金用途的限制。"
    ),
    "disclosure.promise": (
        "对审批、放款速度或费用作了保证，例如“{quote}”。能否获批须经审核，这样的承诺会误导借款人，请删去。"
    ),
    "disclosure.interest_deducted": (
        "放款前先扣利息或费用，例如“{quote}”。利息和费用不得在本金中预先扣除，请按实际到账金额计算并改写。"
    ),
    "disclosure.rate_over_cap": (
        "文中价格“{quote}”折合年化约{rate}%，超过了允许的上限。{compared}请核对全部息费，超出的不得发布。"
    ),
    "disclosure.cost_beyond_stated": (
        "按文中“{quote}”计算，年化约{rate}%，高于文中所写的年化利率。请让举例与所示利率一致。"
    ),
    "disclosure.state_aura": "借用了国家机关或监管部门的名义，例如“{quote}”，会让人误以为有官方背书，请删去。",
    "disclosure.student_targeting": "把学生作为贷款营销对象，例如“{quote}”。请删去，并注明不面向在校学生。",
    "disclosure.cash_from_shopping_credit": (
        "这类额度只用于消费付款，不能取出现金，例如“{quote}”的说法会误导借款人，请删去。"
    ),
    "disclosure.private_contact": "把借款人引向个人微信、QQ或手机号。请改用机构官方的App、网站或客服电话。",
}

ADVICE: dict[str, str] = {
    "advice.approval_caveat": "没有说明能否获批、额度和利率要经审核。建议加上“具体额度和利率以审批结果为准”。",
    "advice.ad_mark": "这是推广内容，却没有显著标明“广告”。请在正文开头或标题处标明“广告”。",
}
"""What should be mended although nothing is blocked for it."""

TRUE_COST = "按文中数字计算，这笔借款的年化利率约为{rate}%。"
LINES: dict[str, str] = {
    "24": "高于24%（监管部门对持牌机构和助贷业务综合融资成本掌握的界线）",
    "36": "高于36%（办理非法放贷刑事案件所看的界线，针对未经批准的放贷）",
    "4lpr": "高于{day}一年期LPR的四倍{rate}%{unsure}（民间借贷利息受司法保护的上限，不适用于持牌金融机构）",
}
LINES_JOIN = "，也"
LINES_FRAME = ("这一价格", "。")
LINE_UNSURE = "（LPR数据尚未核对）"
LABEL = "{this}涉嫌“{zh}”：{found}。{why}"
UNCERTAIN_BLOCK = "机器判断为“{zh}”的把握不够充分，已先行拦截，等待人工复核。"
UNCERTAIN_ALLOW = "机器怀疑{this}涉及“{zh}”，但把握不足以拦截，已放行并提交人工复核。"
LEXICON = "出现{quotes}等“{zh}”常见用语。"
CONTACT = "在推广的同时引向私下联系（微信、QQ、手机号或群），脱离平台后借款人得不到保护。"
DISGUISED_CONTACT = "联系方式作了变形处理（如谐音、拆字、符号），有意躲避审核。"
