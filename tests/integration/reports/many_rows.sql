/*
title: Rows by number, as many as are wanted
parameters:
  rows: {type: integer, min: 0, max: 10000000}
*/
select
    n,
    (mod(n * 7919, 1000003) / 100.0)::decimal(12, 2) as amount,
    'row ' || n::varchar as a_text,
    dateadd(day, mod(n, 365)::integer, date '2015-01-01')::date as a_day
from (
    select (a.n - 1) * 10 + b.n as n
    from (select row_number() over (order by pickup_datetime) as n from nyc_yellow_taxi) as a
    cross join (select row_number() over (order by pickup_datetime) as n from nyc_yellow_taxi limit 10) as b
)
where n <= :rows
order by n
