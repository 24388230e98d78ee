/*
title: Meter audit by vendor
description: >
  What the other reports leave out: per vendor, the trips whose meters reported what cannot have
  happened, by kind, and their share of all trips. A trip can be of several kinds.
parameters:
  month:
    type: month
    title: Month
    description: A month of 2015; the whole year when left out.
    required: false
    min: 2015-01
    max: 2015-12
groups: [administrators]
chart: {type: bar, x: vendorid, y: [impossible_percent]}
*/
with judged as (
    select
        vendorid,
        case when trip_distance < 0.01 then 1 else 0 end as no_distance,
        case when trip_distance > 100 then 1 else 0 end as absurd_distance,
        case when fare_amount < 0 then 1 else 0 end as refunded,
        case when fare_amount >= 0 and fare_amount < 2.5 then 1 else 0 end as not_charged,
        case when fare_amount > 500 or total_amount > 1000 then 1 else 0 end as absurd_fare,
        case when dropoff_datetime <= pickup_datetime then 1 else 0 end as ended_before_begin,
        case when dropoff_datetime > dateadd(hour, 12, pickup_datetime) then 1 else 0 end
            as never_ended,
        case when pickup_date <> pickup_datetime::date then 1 else 0 end as wrong_date
    from nyc_yellow_taxi
    where :month is null or pickup_date between :month and last_day(:month)
)
select
    vendorid,
    count(*) as trips,
    sum(no_distance) as no_distance,
    sum(absurd_distance) as absurd_distance,
    sum(refunded) as refunded,
    sum(not_charged) as not_charged,
    sum(absurd_fare) as absurd_fare,
    sum(ended_before_begin) as ended_before_begin,
    sum(never_ended) as never_ended,
    sum(wrong_date) as wrong_date,
    (
        100.0 * sum(
            greatest(
                no_distance, absurd_distance, refunded, not_charged, absurd_fare,
                ended_before_begin, never_ended, wrong_date
            )
        ) / count(*)
    )::decimal(6, 3) as impossible_percent
from judged
group by vendorid
order by vendorid
