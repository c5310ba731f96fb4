"""Periods and what is unused of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from charter.core.money import CURRENCIES, Money, share
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions.calendar import days, period

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(PlanPeriod), st.integers(0, 40))
def test_each_period_begins_where_the_one_before_ends(anchor, plan_period, cycle):
    start, end = period(anchor, plan_period, cycle)
    assert start < end
    assert period(anchor, plan_period, cycle + 1)[0] == end
    assert end - start >= timedelta(days=28)


def test_a_day_that_a_month_lacks_is_its_last_and_comes_back():
    anchor = datetime(2027, 1, 31, 12, tzinfo=UTC)
    starts = [period(anchor, PlanPeriod.MONTH, cycle)[0] for cycle in range(4)]
    assert [(each.month, each.day) for each in starts] == [(1, 31), (2, 28), (3, 31), (4, 30)]
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert [period(leap, PlanPeriod.ANNUAL, cycle)[0].day for cycle in (0, 1, 4)] == [29, 28, 29]


@given(st.integers(0, 10**12), st.integers(0, 366), st.integers(1, 366))
def test_both_parts_of_an_amount_are_all_of_it(amount, part, whole):
    part = min(part, whole)
    first, rest = share(amount, part, whole)
    assert first + rest == amount
    assert 0 <= first <= amount


@given(MOMENTS, st.integers(-40, 400), st.sampled_from(PlanPeriod))
def test_days_that_are_left_lie_between_none_and_all(anchor, passed, plan_period):
    start, end = period(anchor, plan_period, 0)
    found = days(start, end, anchor + timedelta(days=passed))
    assert 0 <= found.left <= found.total
    assert found.left == max(0, min(found.total, found.total - passed))


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(CURRENCIES)))
def test_money_is_written_without_losing_anything(amount, currency):
    written = Money(amount, currency).formatted
    assert int(written.replace(".", "")) == amount
    assert ("." in written) == (CURRENCIES[currency][1] > 0)
