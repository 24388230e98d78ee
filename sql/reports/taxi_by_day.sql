/*
title: Taxi trips by day
description: >
  One row per day of a month: hours driven with passengers, miles, and fares in dollars (without tips
  and tolls). Trips that cannot have happened (negative fares, thousands of miles, an end before the
  beginning) are left out.
parameters:
  month:
    type: month
    title: Month
    description: A month of 2015.
    min: 2015-01
    max: 2015-12
    default: 2015-06
chart: {type: line, x: trip_date, y: [total_fare]}
*/
select
    pickup_date as trip_date,
    (sum(datediff(second, pickup_datetime, dropoff_datetime)) / 3600.0)::decimal(14, 2)
        as total_hours,
    sum(trip_distance)::decimal(14, 2) as total_distance,
    sum(fare_amount)::decimal(14, 2) as total_fare
from taxi_trips
where pickup_date between :month and last_day(:month)
group by pickup_date
order by pickup_date
