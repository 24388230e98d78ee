/*
title: Rows of many types in an order of their own
parameters:
  rows: {type: integer, min: 0, max: 1000000, default: 1000}
  a_text: {type: text, required: false}
*/
select
    n::integer as n,
    -n as negative,
    (n * 1.5)::decimal(12, 2) as amount,
    n::float8 / 8 as ratio,
    mod(n, 2) = 0 as is_even,
    dateadd(day, mod(n, 365)::integer, date '2015-01-01')::date as a_day,
    dateadd(second, n::integer, timestamp '2015-06-01 00:00:00') as a_moment,
    case when mod(n, 7) = 0 then null else coalesce(:a_text, 'text, "') || n::varchar end as a_text
from (select row_number() over (order by pickup_datetime) as n from nyc_yellow_taxi)
where n <= :rows
order by mod(n, 10), n desc
