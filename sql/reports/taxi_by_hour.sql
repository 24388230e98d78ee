/*
title: Taxi trips by hour of the day
description: >
  One row per hour of the day in which trips began: how many there were, and the average trip in
  miles, minutes and dollars. Shows when a city needs its taxis.
parameters:
  month:
    type: month
    title: Month
    description: A month of 2015; the whole year when left out.
    required: false
    min: 2015-01
    max: 2015-12
  days:
    type: enum
    title: Days
    options: [all days, workdays, weekends]
    default: all days
chart: {type: bar, x: hour_of_day, y: [trips]}
*/
select
    extract(hour from pickup_datetime)::integer as hour_of_day,
    count(*) as trips,
    avg(trip_distance)::decimal(10, 2) as average_miles,
    (avg(datediff(second, pickup_datetime, dropoff_datetime)::decimal(18, 4)) / 60)::decimal(10, 2)
        as average_minutes,
    avg(fare_amount)::decimal(10, 2) as average_fare
from taxi_trips
where (:month is null or pickup_date between :month and last_day(:month))
    and (
        :days = 'all days'
        or :days = case when extract(dow from pickup_date) in (0, 6) then 'weekends' else 'workdays' end
    )
group by 1
order by 1
