"""A file is imported whole or not at all, shows what it changes, and changes nothing twice."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from moderation.db import Base, Database
from moderation.errors import Conflict, Invalid
from moderation.lenders import importer, store
from moderation.lenders.difference import Difference, FieldChange
from moderation.lenders.importer import SHIPPED, Upload, compare_file, propose_file, seed
from moderation.lenders.layouts import Layout, load_layout
from moderation.lenders.loading import current_version, load_registry
from moderation.lenders.models import RegistryChange, RegistryRecord
from moderation.lenders.refusals import FileRefused, RegistryDamaged
from tests.lenders.conftest import BANK, FINANCE, HEADER, HELD, LENDERS, OPERATORS, WEAK, enter

CHANNELS = "legal_name,channel,value,valid_from,valid_to,source,confidence\n"
PARTNERS = "legal_name,operator_name,role,source,confidence\n"


def compared(db: Database, text: str) -> Difference:
    with db.read() as session:
        return compare_file(session, Upload(text.encode(), "file.csv"))


def put(db: Database, text: str) -> Difference:
    found = compared(db, text)
    enter(db, text)
    return found


def rows(db: Database, table: type[Base]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def version(db: Database) -> str:
    with db.read() as session:
        return current_version(session)


def refused(db: Database, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileRefused) as refusal:
        enter(db, text)
    return [(fault.line, fault.column, fault.value) for fault in refusal.value.faults]


def test_looking_at_the_difference_changes_nothing(book: Database) -> None:
    before = version(book)
    assert len(compared(book, LENDERS).added) == 4
    assert [rows(book, table) for table in (RegistryRecord, RegistryChange)] == [0, 0]
    assert version(book) == before


def test_the_difference_is_told_field_by_field(filled: Database) -> None:
    text = HEADER + BANK.replace("甲乙e贷", "甲乙快e贷").replace(",high", ",medium") + FINANCE
    found = put(filled, text)
    assert [(entry.key, set(entry.changes)) for entry in found.changed] == [
        (
            "甲乙银行股份有限公司",
            {
                FieldChange("confidence", "high", "medium"),
                FieldChange("brands_supported", "甲乙e贷;甲乙银行", "甲乙快e贷;甲乙银行"),
            },
        )
    ]
    assert (found.added, found.unchanged) == ((), 1)


def test_a_row_that_the_file_lacks_is_reported_and_stays(filled: Database) -> None:
    found = put(filled, HEADER + BANK)
    assert found.missing == ("丙丁消费金融有限公司", "戊己网络小额贷款有限公司", "庚辛小额贷款有限公司")
    assert found.empty
    with filled.read() as session:
        assert len(store.current(session, "lenders")) == 4


def test_a_column_that_the_file_lacks_is_left_alone(filled: Database) -> None:
    text = "legal_name,licence_type,source,confidence\n甲乙银行股份有限公司,城市商业银行,a better list,high\n"
    found = put(filled, text)
    assert found.changed[0].changes == (FieldChange("source", "a list", "a better list"),)
    with filled.read() as session:
        assert store.current(session, "lenders")["甲乙银行股份有限公司"]["domains"] == "jiayi.example.cn"


def test_the_same_file_again_changes_nothing(filled: Database) -> None:
    before = version(filled), rows(filled, RegistryChange)
    assert put(filled, LENDERS).empty
    assert put(filled, OPERATORS).empty
    assert (version(filled), rows(filled, RegistryChange)) == before


def test_the_shipped_files_again_change_nothing(book: Database) -> None:
    with book.write() as session:
        first = seed(session)
    with book.write() as session:
        second = seed(session)
        warned = [
            compare_file(session, Upload(importer.shipped_file(name), name, kind)).warnings for kind, name in SHIPPED
        ]
    assert [len(change.entries) for change in first] == [321, 19, 57]
    assert second == []
    assert not any(warned)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_file_is_read_with_or_without_a_byte_order_mark(
    book: Database, tmp_path: Path, mark: bytes, line_break: str
) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(mark + LENDERS.replace("\n", line_break).encode())
    with book.write() as session:
        change = propose_file(session, Upload.read(path, "lenders"), by="Ann")
    assert change is not None
    assert len(change.entries) == 4


def test_everything_wrong_with_a_file_is_told_at_once_and_nothing_is_written(book: Database) -> None:
    text = HEADER + BANK.replace("B9001H244030001", "B9001") + FINANCE.replace(",medium\n", ",sure\n") + BANK
    assert refused(book, text) == [
        (2, "nfra_code", "B9001"),
        (3, "confidence", "sure"),
        (4, "", "甲乙银行股份有限公司"),
    ]
    assert rows(book, RegistryRecord) == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (BANK.replace("甲乙银行股份有限公司", ""), (2, "legal_name", "")),
        (BANK.replace("a list", ""), (2, "source", "")),
        (BANK.replace("jiayi.example.cn", "https://a.cn/x"), (2, "domains", "https://a.cn/x")),
        (BANK.replace("jiayi.example.cn", "nowhere"), (2, "domains", "nowhere")),
        (BANK.replace("B9001H244030001", "b9001h244030001"), (2, "nfra_code", "b9001h244030001")),
        (BANK.replace("B9001H244030001", "B9001H94403000"), (2, "nfra_code", "B9001H94403000")),
        (HELD.replace("@2025-02-28", ""), (2, "licence_type", "小额贷款公司(网贷资格暂停)")),
        (HELD.replace("2025-02-28", "2025-02-30"), (2, "licence_type", "小额贷款公司(网贷资格暂停@2025-02-30)")),
        (BANK.replace(",high", ",high,more"), (2, "", "")),
    ],
)
def test_a_bad_cell_is_named_by_line_column_and_value(book: Database, row: str, fault: tuple[int, str, str]) -> None:
    assert refused(book, HEADER + row) == [fault]


@pytest.mark.parametrize(
    "text",
    ["", "name,licence\nx,y\n", HEADER.replace("source", "sauce") + BANK, HEADER.rstrip() + ",colour\n", '"a\nb'],
)
def test_a_file_of_no_known_kind_is_refused(book: Database, text: str) -> None:
    assert refused(book, text)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(book: Database) -> None:
    with pytest.raises(FileRefused) as refusal, book.write() as session:
        compare_file(session, Upload(HEADER.encode() + BANK.encode("gbk"), "gbk.csv"))
    assert refusal.value.faults[0].line == 2


def test_lines_are_counted_across_quoted_line_breaks(book: Database) -> None:
    text = HEADER + BANK.replace("a list", '"a\nlist"') + FINANCE.replace(",medium\n", ",sure\n")
    assert (4, "confidence", "sure") in refused(book, text)


def test_region_digits_of_another_province_are_a_warning(book: Database) -> None:
    found = put(book, HEADER + BANK.replace("广东", "上海"))
    assert [(warning.line, warning.column) for warning in found.warnings] == [(2, "nfra_code")]
    assert rows(book, RegistryRecord) == 1


def test_a_brand_of_nobody_is_refused(filled: Database) -> None:
    text = "legal_name,brand,source,confidence\n无名银行股份有限公司,无名贷,from memory,low\n"
    assert refused(filled, text) == [(2, "legal_name", "无名银行股份有限公司")]


def test_brands_of_their_own_file_outlive_the_lenders_file(filled: Database) -> None:
    put(filled, "legal_name,brand,source,confidence\n甲乙银行股份有限公司,甲乙闪借,from memory,low\n")
    put(filled, LENDERS.replace("甲乙e贷", "甲乙新e贷"))
    with filled.read() as session:
        names = {
            mention.name: mention.confidence
            for mention in load_registry(session).mentions("甲乙闪借 甲乙e贷 甲乙新e贷")
        }
    assert names == {"甲乙闪借": "low", "甲乙新e贷": "medium"}


def test_an_unverified_brand_is_of_low_confidence(book: Database) -> None:
    put(book, HEADER.replace("brands_supported", "brands_unverified") + BANK)
    with book.read() as session:
        assert [mention.confidence for mention in load_registry(session).mentions("甲乙e贷")] == ["low"]


def test_the_version_changes_when_facts_change_and_only_then(filled: Database) -> None:
    versions = [version(filled)]
    for text in (LENDERS.replace("a list", "another list"), LENDERS.replace("丙丁花", "丙丁草"), LENDERS):
        put(filled, text)
        versions.append(version(filled))
    assert versions[0] == versions[1] == versions[3] != versions[2]
    assert all(len(each) == 12 and int(each, 16) >= 0 for each in versions)


def test_the_loaded_registry_has_the_version_that_the_database_tells(filled: Database) -> None:
    with filled.read() as session:
        assert load_registry(session).version == current_version(session)


def test_rows_changed_behind_the_registrys_back_are_not_used(filled: Database) -> None:
    with filled.write() as session:
        record = session.scalars(select(RegistryRecord)).first()
        assert record is not None
        record.fields = record.fields | {"confidence": "low"}
    with filled.read() as session, pytest.raises(RegistryDamaged):
        load_registry(session)


def test_an_empty_registry_loads_and_knows_nobody(book: Database) -> None:
    with book.read() as session:
        registry = load_registry(session)
        assert registry.version == current_version(session)
    assert registry.mentions("中国工商银行") == ()


def test_a_difference_that_is_out_of_date_is_not_proposed(book: Database) -> None:
    shown = compared(book, HEADER + BANK)
    put(book, HEADER + BANK)
    with pytest.raises(Conflict), book.write() as session:
        propose_file(session, Upload((HEADER + BANK).encode(), "file.csv"), by="Ann", expected=shown)


def test_a_failed_import_leaves_the_registry_as_it_was(filled: Database) -> None:
    before = version(filled), rows(filled, RegistryRecord)
    refused(filled, HEADER + WEAK.replace("戊己", "子丑") + FINANCE.replace("X9002", "9002"))
    assert (version(filled), rows(filled, RegistryRecord)) == before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (CHANNELS + "甲乙银行股份有限公司,domain,not a domain,,,a list,high\n", (2, "value", "not a domain")),
        (CHANNELS + "甲乙银行股份有限公司,pigeon,x1,,,a list,high\n", (2, "channel", "pigeon")),
        (
            CHANNELS + "甲乙银行股份有限公司,hotline,95500,2026-02-01,2026-02-01,a list,high\n",
            (2, "valid_to", "2026-02-01"),
        ),
        (
            PARTNERS + "无名银行股份有限公司,某科技有限公司,marketing,a list,high\n",
            (2, "legal_name", "无名银行股份有限公司"),
        ),
        (PARTNERS + "甲乙银行股份有限公司,某科技有限公司,friend,a list,high\n", (2, "role", "friend")),
        (
            HEADER.replace("nfra_code", "uscc") + BANK.replace("B9001H244030001", "91440300708461136X"),
            (2, "uscc", "91440300708461136X"),
        ),
        (
            HEADER.replace("nfra_code", "max_amount") + BANK.replace("B9001H244030001", "20万"),
            (2, "max_amount", "20万"),
        ),
    ],
)
def test_a_fact_that_cannot_be_is_refused(filled: Database, text: str, fault: tuple[int, str, str]) -> None:
    assert refused(filled, text) == [fault]


def workbook(rows: list[list[object]], name: str = "名单") -> bytes:
    """Write an XLSX file by hand: the smallest that a spreadsheet program would open."""
    body = "".join(
        f"<row r='{line}'>" + "".join(_cell(cell, line, place) for place, cell in enumerate(row)) + "</row>"
        for line, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        "<Default Extension='xml' ContentType='application/xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'>"
        f"<Relationship Id='r1' Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets>"
        f"<sheet name='{name}' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'>"
        f"<Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{main}'><sheetData>{body}</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, "<?xml version='1.0' encoding='UTF-8'?>" + content)
    return file.getvalue()


def _cell(cell: object, line: int, place: int) -> str:
    where = f"{chr(ord('A') + place)}{line}"
    if isinstance(cell, (int, float)):
        return f"<c r='{where}'><v>{cell}</v></c>"
    return f"<c r='{where}' t='inlineStr'><is><t>{cell}</t></is></c>" if cell else ""


LIST = [
    ["银行业金融机构法人名单", "", "", ""],
    ["（截至2025年6月末）", "", "", ""],
    ["序号", "机构名称", "机构编码", "备注"],
    [1, "甲乙银行股份有限公司", "B9001H244030001", "x"],
    [2, "丙丁消费金融有限公司", "X9002H231000001", ""],
]
LAYOUT = Layout(
    kind="lenders",
    header_row=3,
    columns={"legal_name": "机构名称", "nfra_code": "机构编码"},
    constants={"licence_type": "城市商业银行", "source": "法人名单 2025-06-30", "confidence": "high"},
)


class TestForeignLists:
    def test_a_regulators_workbook_is_read_by_its_layout(self, book: Database) -> None:
        with book.read() as session:
            found = compare_file(session, Upload(workbook(LIST), "名单.xlsx", layout=LAYOUT))
        assert [(entry.key, entry.after["nfra_code"]) for entry in found.entries if entry.after] == [
            ("甲乙银行股份有限公司", "B9001H244030001"),
            ("丙丁消费金融有限公司", "X9002H231000001"),
        ]
        assert all(entry.after and entry.after["source"] == "法人名单 2025-06-30" for entry in found.entries)

    def test_a_fault_in_it_is_told_by_its_row(self, book: Database) -> None:
        rows = [*LIST, [3, "戊己银行股份有限公司", "no number", ""]]
        with book.read() as session, pytest.raises(FileRefused) as refusal:
            compare_file(session, Upload(workbook(rows), "名单.xlsx", layout=LAYOUT))
        assert [(fault.line, fault.column) for fault in refusal.value.faults] == [(6, "nfra_code")]

    def test_a_csv_in_the_national_encoding_is_read_if_the_layout_says_so(self, book: Database) -> None:
        data = "机构名称,许可证\n甲乙银行股份有限公司,B9001H244030001\n".encode("gb18030")
        layout = LAYOUT.model_copy(
            update={
                "encoding": "gb18030",
                "header_row": 1,
                "columns": {"legal_name": "机构名称", "nfra_code": "许可证"},
            }
        )
        with book.read() as session:
            assert compare_file(session, Upload(data, "名单.csv", layout=layout)).added == ("甲乙银行股份有限公司",)

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"PK\x03\x04 but nothing more", "no workbook"),
            (workbook(LIST)[:-200], "no workbook"),
            (workbook([["机构名称", "别的"], ["甲乙银行股份有限公司", "x"]]), "is not among the columns"),
        ],
    )
    def test_what_is_no_such_list_is_refused(self, book: Database, data: bytes, told: str) -> None:
        with book.read() as session, pytest.raises(FileRefused) as refusal:
            compare_file(session, Upload(data, "名单.xlsx", layout=LAYOUT.model_copy(update={"header_row": 1})))
        assert told in str(refusal.value.faults[0])

    def test_a_small_archive_that_unpacks_to_very_much_is_refused(self, book: Database) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/x.xml", "w") as member:
            for _ in range(300):
                member.write(bytes(2**20))
        with book.read() as session, pytest.raises(FileRefused) as refusal:
            compare_file(session, Upload(file.getvalue(), "bomb.xlsx"))
        assert "unpacks to" in refusal.value.faults[0].message

    def test_a_formula_is_text_and_stays_text(self, book: Database) -> None:
        """What a spreadsheet program would run when the registry is exported and opened there."""
        rows = [*LIST[:3], [1, "=HYPERLINK(1)", "B9001H244030001", ""]]
        with book.read() as session:
            found = compare_file(session, Upload(workbook(rows), "名单.xlsx", layout=LAYOUT))
        assert found.added == ("=HYPERLINK(1)",)


@pytest.mark.parametrize("content", ["[1, 2]", "columns: 3", "colour: red", "a: [", "header_row: 0"])
def test_a_layout_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "layout.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"layout\.yaml"):
        load_layout(path)
