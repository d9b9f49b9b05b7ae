"""Each technique of evasion, with an innocent twin that must come through unchanged."""

import re

import pytest

from classifiers.errors import ArtifactError
from classifiers.normalize import normalize, tables

UNDONE = [
    ("homophone", "急用钱找我，袋款当天到账", "贷款"),
    ("homophone", "代款不用抵押", "贷款"),
    ("homophone", "嘿户也能做", "黑户"),
    ("homophone", "花被套现秒到", "花呗"),
    ("homophone", "借被强开", "借呗"),
    ("homophone", "不看正信直接批", "不看征信"),
    ("homophone", "微粒袋升级版", "微粒贷"),
    ("shape", "徽信同号", "微信"),
    ("shape", "貸歀找我", "贷款"),
    ("shape", "兂需抵押", "无需"),
    ("split", "亻昔钅戋不求人", "借钱"),
    ("split", "代贝款当天放", "贷款"),
    ("split", "彳正亻言修复", "征信修复"),
    ("split", "押彳亍马史证放士示欠", "放款"),
    ("pinyin", "贷kuan秒批", "贷款"),
    ("pinyin", "daikuan 秒批", "贷款"),
    ("pinyin", "征xin花了也行", "征信"),
    ("pinyin", "催shou上门", "催收"),
    ("pinyin", "shang门办理", "上门"),
    ("initials", "hh可做，kz分享", "黑户"),
    ("initials", "不看zx，当天放款", "征信"),
    ("initials", "dk逾期下款都能谈", "贷款"),
    ("emoji", "网💰秒批", "网贷"),
    ("emoji", "⚫户能做", "黑户"),
    ("emoji", "🐧804317729", "qq804317729"),
    ("emoji", "加➕V：abc_123", "微信"),
    ("emoji", "✈️@abcde1", "telegram"),
    ("traditional", "無視徵信", "无视征信"),
    ("variant", "黒戸専用", "黑户专用"),
    ("martian", "荖孒開學莈餞旳哙菂來", "没钱的"),
    ("full width", "ＤＡＩ款", "贷款"),
    ("mathematical", "加𝐕𝐗：abc_123", "微信"),
    ("circled", "ⓥⓧ：abc_123", "微信"),
    ("circled", "⑤万额度", "5万"),
    ("negative circled", "日息❶❽", "18"),
    ("radical", "⺅昔钱", "借钱"),
    ("zero width", "贷\u200b款\u2060秒\ufeff批", "贷款秒批"),
    ("direction", "贷\u202e款", "贷款"),
    ("variation selector", "贷\ufe00款", "贷款"),
    ("strike-through", "贷\u0336款\u0336", "贷款"),
    ("insertion", "贷.款", "贷款"),
    ("insertion", "贷*款", "贷款"),
    ("insertion", "黑 户", "黑户"),
    ("insertion", "无/视/征/信", "无视征信"),
    ("insertion", "信·用·贷半日审批", "信用贷"),
    ("insertion", "公_务_员", "公务员"),
    ("vertical", "专\n洗\n征\n信", "专洗征信"),
    ("vertical", "花\n呗\nt\nx", "花呗套现"),
    ("digits", "Q八零四③①77二九6", "qq8043177296"),
    ("digits", "打一三八零零一三八零零零", "13800138000"),
    ("digits", "幺六一-〇〇四四-八八二九", "161-0044-8829"),
    ("digits", "打幺六九洞洞三幺七七洞二", "16900317702"),
    ("digits", "尾号四四一九", "4419"),
    ("digits", "借伍仟到手", "5000"),
    ("digits", "l6l-O77O-3I28", "161-0770-3128"),
    ("Cyrillic", "手机1З8", "138"),
    ("Cyrillic", "VХ：ноuтiаn_66", "houtian_66"),
    ("WeChat", "薇 xd_7735q", "微信"),
    ("WeChat", "滴我v，主页自取", "滴我微信"),
    ("WeChat", "V❤：abc_123", "微信"),
    ("WeChat", "加绿泡泡", "加微信"),
    ("QQ", "企鹅：804317729", "qq"),
]


@pytest.mark.parametrize(("technique", "text", "reading"), UNDONE)
def test_a_disguise_is_undone(technique: str, text: str, reading: str) -> None:
    normalized = normalize(text)
    assert reading in normalized.text, technique


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (text, reading)
        for technique, text, reading in UNDONE
        if technique not in {"traditional", "circled", "full width"}
    ],
)
def test_a_disguise_is_noticed(text: str, reading: str) -> None:
    ordinary = re.search("[①⑤❶𝐕ⓥ⺅専☎]", text)
    assert normalize(text).disguised > 0 or ordinary, reading


INNOCENT = [
    # Sounds and shapes like it, and is a word of its own.
    "货款已经打到对公账户",
    "这批货款月底结清",
    "家里带宽太慢了",
    "棉花被晒得很暖和",
    "新买的花被子",
    "碎花被套",
    "网络带宽",
    "他在军中威信很高",
    "正信佛教",
    "正新鸡排",
    "黑虎阿福",
    "黑乎乎的一片",
    "夏款女装",
    "节前要还完",
    "身分证字号",
    "公积金代缴提取",
    "车贷还完了",
    "你别找代理",
    "连本带利还给他",
    # Split characters that are words.
    "他在路上彳亍前行",
    "一位女子走了过来",
    "代贝商标注册",
    "人言可畏",
    # Pinyin and initials of other things.
    "t恤和c位",
    "ta们去看ai绘画展",
    "打call加应援",
    "hh笑死我了",
    "kz是哈萨克斯坦的代码",
    "微博加v认证",
    "她是个大v",
    "vx.example.org",
    # Emoji in their own right.
    "今年要赚大钱💰💰",
    "✈️去三亚",
    "去看企鹅🐧啦",
    "黑色的车⚫很帅",
    "爱你❤",
    "开学快乐",
    # Separators that part items, dates and lines.
    "苹果/香蕉/橙子",
    "春、夏、秋、冬",
    "贷款/信用卡/理财",
    "微信 贷款 花呗",
    "房贷/车贷",
    "2024-11-12",
    "2024.11.12 10:30",
    "周一/周三/周五",
    "德克·施罗德",
    "北京-上海",
    "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡",
    "李 雷 和 韩 梅 梅",
    # Numerals that count.
    "一三五限行",
    "一二三四五六七",
    "二〇二四年",
    "人民币壹万贰仟元整",
    "大陆和登陆",
    "大陆人和陆家嘴",
    "登陆成功",
    "伍佰的演唱会",
    "7月13一17日",
    "放肆一天",
    "三十六计",
    "拨打12378一共三次",
    "工资5000三险一金",
    "第三章第五节",
    # Other scripts.
    "москва не сразу строилась",
    "α粒子和β衰变",
    "甲基-β-丙酸",
    "カードで払う",
    # Self-censored talk and ordinary slang.
    "yyds这段舞绝了",
    "我真的会谢",
    "莪术油注射液",
    "你好吗",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_twin_is_unchanged(text: str) -> None:
    assert normalize(text).text == text.replace("\ufe0f", "")


def test_payment_for_goods_is_never_read_as_a_loan() -> None:
    assert "贷款" not in normalize("货款，货 款，货.款，huo款，信用货款").text


def test_a_missing_table_is_named() -> None:
    with pytest.raises(ArtifactError, match=r"no_such_table\.yaml"):
        tables.table("no_such_table")
