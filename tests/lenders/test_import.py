"""A file is imported whole or not at all, shows what it changes, and changes nothing twice."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from moderation.db import Base, Database
from moderation.errors import Conflict
from moderation.lenders import models
from moderation.lenders.difference import Change, Difference, FieldChange
from moderation.lenders.importer import history, import_bytes, import_file, seed
from moderation.lenders.models import LenderEntity, RegistryImport
from moderation.lenders.refusals import FileRefused, RegistryDamaged
from moderation.lenders.registry import current_version, load_registry
from tests.lenders.conftest import BANK, FINANCE, HEADER, HELD, LENDERS, OPERATORS, WEAK


def put(db: Database, text: str, **options: bool) -> Difference:
    with db.write() as session:
        return import_bytes(session, text.encode(), "file.csv", by="Ann", **options)


def rows(db: Database, table: type[Base]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def version(db: Database) -> str:
    with db.read() as session:
        return current_version(session)


def refused(db: Database, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileRefused) as refusal:
        put(db, text)
    return [(fault.line, fault.column, fault.value) for fault in refusal.value.faults]


def test_a_dry_run_tells_the_difference_and_changes_nothing(book: Database) -> None:
    before = version(book)
    found = put(book, LENDERS, dry_run=True)
    assert len(found.added) == 4
    assert [rows(book, table) for table in (LenderEntity, RegistryImport)] == [0, 0]
    assert version(book) == before


def test_the_difference_is_told_field_by_field(filled: Database) -> None:
    text = HEADER + BANK.replace("甲乙e贷", "甲乙快e贷").replace(",high", ",medium") + FINANCE
    found = put(filled, text)
    assert found.changed == (
        Change(
            "甲乙银行股份有限公司",
            (
                FieldChange("confidence", "high", "medium"),
                FieldChange("brands_supported", "甲乙e贷;甲乙银行", "甲乙快e贷;甲乙银行"),
            ),
        ),
    )
    assert (found.added, found.unchanged) == ((), 1)


def test_a_row_that_the_file_lacks_is_reported_and_stays(filled: Database) -> None:
    found = put(filled, HEADER + BANK)
    assert found.missing == ("丙丁消费金融有限公司", "戊己网络小额贷款有限公司", "庚辛小额贷款有限公司")
    assert found.empty
    assert rows(filled, LenderEntity) == 4


def test_a_column_that_the_file_lacks_is_left_alone(filled: Database) -> None:
    text = "legal_name,licence_type,source,confidence\n甲乙银行股份有限公司,城市商业银行,a better list,high\n"
    found = put(filled, text)
    assert found.changed[0].fields == (FieldChange("source", "a list", "a better list"),)
    with filled.read() as session:
        lender = session.scalars(select(LenderEntity).where(LenderEntity.legal_name == "甲乙银行股份有限公司")).one()
        assert [domain.domain for domain in lender.domains] == ["jiayi.example.cn"]


def test_the_same_file_again_changes_nothing(filled: Database) -> None:
    before = version(filled), rows(filled, RegistryImport)
    assert put(filled, LENDERS).empty
    assert put(filled, OPERATORS).empty
    assert (version(filled), rows(filled, RegistryImport)) == before


def test_the_shipped_files_again_change_nothing(book: Database) -> None:
    with book.write() as session:
        first = seed(session)
    with book.write() as session:
        second = seed(session)
    assert [len(found.added) for found in first] == [321, 19, 57]
    assert all(found.empty for found in second)
    assert not any(found.warnings for found in first)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_file_is_read_with_or_without_a_byte_order_mark(
    book: Database, tmp_path: Path, mark: bytes, line_break: str
) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(mark + LENDERS.replace("\n", line_break).encode())
    with book.write() as session:
        assert len(import_file(session, path, "lenders", "Ann").added) == 4


def test_everything_wrong_with_a_file_is_told_at_once_and_nothing_is_written(book: Database) -> None:
    text = HEADER + BANK.replace("B9001H244030001", "B9001") + FINANCE.replace(",medium\n", ",sure\n") + BANK
    assert refused(book, text) == [
        (2, "nfra_code", "B9001"),
        (3, "confidence", "sure"),
        (4, "", "甲乙银行股份有限公司"),
    ]
    assert rows(book, LenderEntity) == 0


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
        import_bytes(session, HEADER.encode() + BANK.encode("gbk"), "gbk.csv")
    assert refusal.value.faults[0].line == 2


def test_lines_are_counted_across_quoted_line_breaks(book: Database) -> None:
    text = HEADER + BANK.replace("a list", '"a\nlist"') + FINANCE.replace(",medium\n", ",sure\n")
    assert (4, "confidence", "sure") in refused(book, text)


def test_region_digits_of_another_province_are_a_warning(book: Database) -> None:
    found = put(book, HEADER + BANK.replace("广东", "上海"))
    assert [(warning.line, warning.column) for warning in found.warnings] == [(2, "nfra_code")]
    assert rows(book, LenderEntity) == 1


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


def test_each_import_leaves_its_history(filled: Database) -> None:
    put(filled, LENDERS.replace(",from memory,low", ",a list,medium"))
    with filled.read() as session:
        newest = history(session)[0]
    assert (newest.imported_by, newest.kind, newest.rows_added, newest.rows_changed) == ("Ann", "lenders", 0, 1)
    assert newest.difference["changed"] == {
        "戊己网络小额贷款有限公司": {"source": ["from memory", "a list"], "confidence": ["low", "medium"]}
    }
    assert len(newest.sha256) == 64


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
        session.scalars(select(LenderEntity)).first().confidence = "low"  # type: ignore[union-attr]
    with filled.read() as session, pytest.raises(RegistryDamaged):
        load_registry(session)


def test_an_empty_registry_loads_and_knows_nobody(book: Database) -> None:
    with book.read() as session:
        registry = load_registry(session)
        assert registry.version == current_version(session)
    assert registry.mentions("中国工商银行") == ()


def test_a_difference_that_is_out_of_date_is_not_written(book: Database) -> None:
    shown = put(book, HEADER + BANK, dry_run=True)
    put(book, HEADER + BANK)
    with pytest.raises(Conflict), book.write() as session:
        import_bytes(session, (HEADER + BANK).encode(), "file.csv", expected=shown)


def test_a_failed_import_leaves_the_registry_as_it_was(filled: Database) -> None:
    before = version(filled), rows(filled, models.LenderName)
    refused(filled, HEADER + WEAK.replace("戊己", "子丑") + FINANCE.replace("X9002", "9002"))
    assert (version(filled), rows(filled, models.LenderName)) == before
