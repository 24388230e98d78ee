/*
title: The busiest taxi days
description: >
  The days of 2015 that stand out most, by the measure of your choice, with their rank. Days of equal
  measure are ranked by date.
parameters:
  measure:
    type: enum
    title: Ranked by
    options: [trips, miles, hours, fares]
    default: trips
  days:
    type: integer
    title: Number of days
    min: 1
    max: 100
    default: 10
  quietest:
    type: boolean
    title: Quietest first
    description: Rank from the other end, to find storms and holidays.
    default: false
chart: {type: bar, x: trip_date, y: [amount]}
*/
with days as (
    select
        pickup_date as trip_date,
        case :measure
            when 'trips' then count(*)::decimal(14, 2)
            when 'miles' then sum(trip_distance)::decimal(14, 2)
            when 'fares' then sum(fare_amount)::decimal(14, 2)
            else (sum(datediff(second, pickup_datetime, dropoff_datetime)) / 3600.0)::decimal(14, 2)
        end as amount
    from taxi_trips
    group by pickup_date
),
ranked as (
    select
        trip_date,
        amount,
        row_number() over (
            order by case when :quietest then amount else -amount end, trip_date
        ) as rank_of_day
    from days
)
select rank_of_day, trip_date, to_char(trip_date, 'Dy') as weekday, amount
from ranked
where rank_of_day <= :days
order by rank_of_day
