from contextlib import suppress

import pytest

from utils.ranges import RangeNotSatisfiableError, parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-9", (0, 10)),
        ("bytes=5-", (5, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=90-5000", (90, 100)),
        ("bytes = 0 - 4", (0, 5)),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-5", None),
        ("bytes=a-b", None),
        ("bytes=0x1-5", None),
    ],
)
def test_one_range_is_understood_and_anything_odd_means_the_whole_file(
    header: str | None, expected: tuple[int, int] | None
) -> None:
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9-3"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiableError):
        parse_range(header, 100)


@pytest.mark.parametrize("header", ["bytes={}-", "bytes=0-{}", "bytes=-{}"])
def test_a_number_of_five_thousand_digits_does_no_harm(header: str) -> None:
    with suppress(RangeNotSatisfiableError):
        parse_range(header.format("9" * 5000), 100)
