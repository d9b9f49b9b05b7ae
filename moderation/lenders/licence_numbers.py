"""Financial licence numbers (金融许可证机构编码) as the regulator's lists print them.

Fifteen characters: the kind of institution and its number (B0593), H for a head office, its level, four digits
that look like the GB/T 2260 code of its seat (4403 深圳), a serial number. The place of the region was inferred
from the lists, where it holds for all 144 city and private banks; it is documented nowhere we know of, so a
mismatch is a warning and not an error.
"""

import re
import unicodedata

_NUMBER = re.compile(r"[A-Z]\d{4}H[123]\d{8}")
_REGION = slice(7, 9)

PROVINCES = {
    "北京": "11", "天津": "12", "河北": "13", "山西": "14", "内蒙古": "15",
    "辽宁": "21", "吉林": "22", "黑龙江": "23",
    "上海": "31", "江苏": "32", "浙江": "33", "安徽": "34", "福建": "35", "江西": "36", "山东": "37",
    "河南": "41", "湖北": "42", "湖南": "43", "广东": "44", "广西": "45", "海南": "46",
    "重庆": "50", "四川": "51", "贵州": "52", "云南": "53", "西藏": "54",
    "陕西": "61", "甘肃": "62", "青海": "63", "宁夏": "64", "新疆": "65",
}  # fmt: skip


def tidy(number: str) -> str:
    """Return *number* without width, case and spacing differences."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def well_formed(number: str) -> bool:
    """Tell whether *number* has the form of a head office's licence number."""
    return number.isascii() and _NUMBER.fullmatch(number) is not None


def fits_province(number: str, province: str) -> bool:
    """Tell whether a well-formed *number* may be of *province*; an unknown province contradicts nothing."""
    return province not in PROVINCES or number[_REGION] == PROVINCES[province]
