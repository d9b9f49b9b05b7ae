"""What a loan is offered for, and whether a licence allows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders.facts import Lender, Scope
from moderation.lenders.scope import beyond, read_offer


def lender(licence_type: str, *products: str) -> Lender:
    return Lender("某某公司", licence_type, "", "", "high", (), (), (), scope=Scope(products))


def exceeds(who: Lender, text: str) -> bool:
    return "product_beyond_licence" in beyond(who, read_offer(text))


CAR, CONSUMER = lender("汽车金融公司"), lender("消费金融公司")
OTHERS = [lender(each) for each in ("网络小额贷款公司", "小额贷款公司", "城市商业银行", "信托公司", "民营银行")]

CASH = [
    "信用现金贷，钱到卡里",
    "凭车借现金，当天放款",
    "现金分期，随借随还",
    "有车就能贷，现金周转无忧",
    "车抵贷，一张行驶证借10万现金",
    "随时提现到银行卡",
    "车主贷，钱打到您的卡里",
    "家里装修用钱，找我们",
    "可用于旅游、教育、医疗",
    "消费贷款 年化7.2%",
    "个人消费贷，线上申请",
    "满足日常消费，额度5万",
    "资金周转找我们，年化8%",
    "急用钱？爱车就是信用",
    "贷款用途不限，额度20万",
    "随意支配，想怎么花就怎么花",
    "还信用卡，还网贷都可以",
    "备用金 5 万 元，三 分 钟 下 款",
    "助学贷款，开学季",
]
TRADE = [
    "企业周转，额度50万",
    "小微企业经营贷",
    "经营性贷款，车主专享",
    "店主进货缺钱，10分钟到账",
    "流动资金贷款",
    "税贷、发票贷都可做",
    "老板贷，凭营业执照",
    "用于企业生产经营，最长36期",
    "生意周转，随借随还",
    "给员工发工资，付货款",
]
HOME = ["购房首付不够？我们来贷", "可用于购房，额度20万", "房贷业务办理", "住房按揭，利率3.5%"]

VEHICLE = [
    "购车贷款，首付20%起",
    "新能源汽车0首付，36期免息",
    "二手车贷款，随时提前还款",
    "重卡、货车、商用车贷款，3年分期",
    "企业购车、物流车队批量采购车辆贷款",
    "企业贷款购车，凭营业执照",
    "小微企业主购车专享",
    "个体户买货车跑运输，低首付",
    "汽车消费贷款，年化6%",
    "满足您的购车消费需求",
    "提现车，当天开走",
    "商用车经营性租赁",
    "二手房车贷款",
]
DEALERS = [
    "经销商库存融资，加速资金周转",
    "为4S店提供新车采购融资，进货无忧",
    "库存车批发贷款，展厅装修支持",
    "面向经销商，补充流动资金",
]
NOTHING = [
    "年化利率5.8%起，贷款有风险，借款需谨慎",
    "凭身份证驾驶证即可申请，24小时客服",
    "现金优惠5000元，立减",
    "到店领现金红包，抽奖赢取现金大奖",
    "理性消费，合理借贷，保护消费者权益",
    "贷款资金不得用于消费、投资、购房、经营",
    "请勿将资金用于购房、经营等用途",
    "本公司不提供现金贷款，谨防冒充",
    "不支持提现",
    "请从本人银行卡按时还款，支持花呗还款",
    "经营范围、经营许可证编号见官网",
    "有房贷、有公积金额度更高",
]


@pytest.mark.parametrize("text", CASH + TRADE + HOME)
def test_a_car_financier_lends_for_nothing_but_cars(text: str) -> None:
    assert exceeds(CAR, text)
    assert exceeds(CAR, f"{text}，爱车贷款也可以")


@pytest.mark.parametrize("text", VEHICLE + DEALERS + NOTHING)
def test_a_car_financier_may_speak_of_cars_of_dealers_and_of_no_purpose(text: str) -> None:
    assert not exceeds(CAR, text)
    assert not exceeds(CAR, f"某某汽车金融有限公司：{text}")


@pytest.mark.parametrize("text", TRADE + HOME)
def test_a_consumer_finance_company_lends_to_no_business_and_for_no_home(text: str) -> None:
    assert exceeds(CONSUMER, text)


@pytest.mark.parametrize(
    "text",
    [
        *CASH,
        *NOTHING,
        "个体户、上班族、小微企业主都可申请",
        "本产品不是经营贷，仅限个人消费",
        "资金不得流入楼市，禁止用于生产经营",
        "严禁用于购买房产、股票及生产经营等非消费用途",
        "依法经营，持牌机构",
    ],
)
def test_a_consumer_finance_company_may_lend_for_consumption(text: str) -> None:
    assert not exceeds(CONSUMER, text)


@pytest.mark.parametrize("who", OTHERS, ids=lambda who: who.licence_type)
@pytest.mark.parametrize("texts", [CASH, TRADE, HOME, VEHICLE, NOTHING])
def test_banks_and_micro_lenders_are_not_held_to_a_purpose(who: Lender, texts: list[str]) -> None:
    assert [text for text in texts if exceeds(who, text)] == []


@pytest.mark.parametrize("text", ["个人信用贷款", "购车贷款", "年化利率7.2%"])
def test_a_guarantor_lends_for_nothing(text: str) -> None:
    assert exceeds(lender("融资担保公司"), text)


@pytest.mark.parametrize(
    ("who", "text", "beyond_licence"),
    [
        (lender("汽车金融公司", "vehicle", "consumer"), "现金分期，随借随还", False),
        (lender("汽车金融公司", "vehicle", "consumer"), "小微企业经营贷", True),
        (lender("消费金融公司", "consumer", "business"), "小微企业经营贷", False),
        (lender("汽车金融公司", "vehicle"), "年化利率5.8%起", False),
        (lender("城市商业银行", "business"), "年化利率5.8%起", False),
        (lender("城市商业银行", "business"), "个人消费贷，线上申请", True),
        (lender("城市商业银行", "consumer"), "小微企业经营贷", False),
    ],
)
def test_a_lenders_own_products_go_before_its_type_of_licence(who: Lender, text: str, beyond_licence: bool) -> None:
    assert exceeds(who, text) is beyond_licence


@given(st.text(max_size=300) | st.text(alphabet="不得用于经营消费现金周转贷购房，。", max_size=80))
def test_any_text_has_purposes(text: str) -> None:
    offer = read_offer(text)
    assert offer.purposes <= {"consumer", "business", "vehicle", "mortgage", "student_aid"}
    assert offer.purposes == read_offer(text).purposes
