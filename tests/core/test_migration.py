"""Which migrations are applied, and which are refused."""

import pytest

from core.errors import MigrationRefused
from core.migration import Migration, filled_in, of_stage, pending


def migration(name: str, checksum: str = "same") -> Migration:
    return Migration(name, checksum, ["select 1"])


def test_what_was_not_applied_is_pending_in_order() -> None:
    second, first, sample = map(migration, ("0002_b", "0001_a", "sample_data/0001_a"))
    assert pending([second, sample, first], {}) == [first, second, sample]
    assert pending([second, first], {"0001_a": "same"}) == [second]
    assert pending([second, first], {"0001_a": "same", "0002_b": "same"}) == []


def test_what_a_later_release_applied_does_not_stop_an_older_one() -> None:
    assert pending([migration("0001_a")], {"0001_a": "same", "0002_b": "same"}) == []


def test_a_changed_file_is_refused_before_anything_else() -> None:
    words = r"sql/migrations/0002_b\.sql was changed after it was applied; restore the file"
    with pytest.raises(MigrationRefused, match=words):
        pending([migration("0001_a"), migration("0002_b")], {"0002_b": "other", "0001_a": "same"})


def test_a_file_that_comes_too_late_is_refused() -> None:
    words = r"0002_b\.sql comes too late: 0003_c is already applied; give it a later number"
    with pytest.raises(MigrationRefused, match=words):
        pending([migration("0002_b")], {"0003_c": "same"})


def test_the_order_of_sample_data_is_its_own() -> None:
    late = migration("0001_a")
    assert pending([late], {"sample_data/0002_b": "same"}) == [late]
    sample = migration("sample_data/0001_a")
    assert pending([sample], {"0002_b": "same"}) == [sample]


def test_only_a_stage_with_sample_data_has_its_migrations() -> None:
    own, sample = migration("0001_a"), migration("sample_data/0001_b")
    assert of_stage([own, sample], has_sample_data=False) == [own]
    assert of_stage([own, sample], has_sample_data=True) == [own, sample]


def test_settings_are_filled_in_and_the_checksum_stays() -> None:
    copy = Migration("0001_a", "same", ["copy t from 's3://${data_bucket}/' iam_role ${copy_role}"])
    [filled] = filled_in([copy], {"data_bucket": "trips", "copy_role": "default"})
    assert filled == Migration("0001_a", "same", ["copy t from 's3://trips/' iam_role default"])
