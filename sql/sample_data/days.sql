/*
Grain: one row per day of 2015. How many trips each has: $trips in all, shared out by month, weekday
and what was special about the day. `shape` names the day's rush hours (hours.sql).
*/
create table days as
with calendar as (
    select
        day::date as day,
        isodow(day) as weekday,
        [ -- yellow taxis lose passengers to apps during the year; summer is quiet
            1.02, 1.10, 1.07, 1.08, 1.05, 1.02, 0.93, 0.89, 0.93, 0.99, 0.94, 0.92
        ][month(day)] as season,
        [0.92, 0.98, 1.00, 1.03, 1.07, 1.12, 0.90][isodow(day)] as week
    from range(timestamp '2015-01-01', timestamp '2016-01-01', interval 1 day) as days (day)
),
special (day, factor, shape) as (
    values
        (date '2015-01-01', 0.85, 'sunday'), -- New Year: the night is long, the day is short
        (date '2015-01-19', 0.88, 'sunday'),
        (date '2015-01-26', 0.68, 'monday before the storm'), -- streets closed at 23:00
        (date '2015-01-27', 0.31, 'storm'), -- streets closed until 7:30
        (date '2015-02-16', 0.90, 'sunday'),
        (date '2015-04-05', 0.86, 'sunday'), -- Easter
        (date '2015-05-25', 0.74, 'sunday'), -- Memorial Day
        (date '2015-07-03', 0.78, 'sunday'),
        (date '2015-07-04', 0.72, 'saturday'),
        (date '2015-07-05', 0.82, 'sunday'),
        (date '2015-09-07', 0.70, 'sunday'), -- Labor Day
        (date '2015-11-26', 0.72, 'sunday'), -- Thanksgiving
        (date '2015-11-27', 0.80, 'sunday'),
        (date '2015-12-24', 0.80, 'sunday'),
        (date '2015-12-25', 0.55, 'sunday')
),
weighed as (
    select
        calendar.day,
        calendar.weekday,
        coalesce(
            special.shape,
            case calendar.weekday
                when 5 then 'friday'
                when 6 then 'saturday'
                when 7 then 'sunday'
                else 'workday'
            end
        ) as shape,
        season * week * coalesce(factor, 1)
            * (0.96 + 0.08 * uniform(dayofyear(calendar.day), 99)) as weight -- weather
    from calendar
    left join special on special.day = calendar.day
),
shared as (
    select
        day,
        weekday,
        shape,
        round($trips * sum(weight) over (order by day) / sum(weight) over ())::bigint as trips_so_far
    from weighed
)
select
    day,
    weekday,
    shape,
    coalesce(lag(trips_so_far) over (order by day), 0) as first_trip,
    trips_so_far - first_trip as trips
from shared;
