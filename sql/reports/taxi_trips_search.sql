/*
title: Find taxi trips
description: >
  Single trips of a month that fit everything you fill in, the dearest first, at most 500. Leave a
  field empty not to search by it.
parameters:
  month:
    type: month
    title: Month
    description: A month of 2015.
    min: 2015-01
    max: 2015-12
    default: 2015-06
  day:
    type: date
    title: Day
    description: A day of that month.
    required: false
    min: 2015-01-01
    max: 2015-12-31
  picked_up_after:
    type: timestamp
    title: Picked up at or after
    required: false
  min_fare:
    type: decimal
    title: Lowest fare
    description: In dollars, without tips and tolls.
    required: false
    scale: 2
    min: 0
    max: 500
  passengers:
    type: integer
    title: Passengers
    required: false
    min: 0
    max: 9
  payment:
    type: enum
    title: Paid
    options: [by card, in cash, no charge, disputed]
    required: false
  vendor:
    type: text
    title: Vendor
    description: Number of the company that made the meter.
    required: false
    maxLength: 20
  airport_only:
    type: boolean
    title: Airport fares only
    default: false
groups: [analysts]
*/
select
    vendorid,
    case payment_type
        when 1 then 'by card'
        when 2 then 'in cash'
        when 3 then 'no charge'
        when 4 then 'disputed'
    end as paid,
    case ratecode when 2 then 'Kennedy' when 3 then 'Newark' end as airport,
    passenger_count,
    trip_distance::decimal(10, 2) as trip_distance,
    fare_amount::decimal(10, 2) as fare_amount,
    total_amount::decimal(10, 2) as total_amount,
    pickup_datetime,
    dropoff_datetime
from taxi_trips
where pickup_date between :month and last_day(:month)
    and (:day is null or pickup_date = :day)
    and (:picked_up_after is null or pickup_datetime >= :picked_up_after)
    and (:min_fare is null or fare_amount::decimal(10, 2) >= :min_fare)
    and (:passengers is null or passenger_count = :passengers)
    and (
        :payment is null
        or payment_type
        = case :payment when 'by card' then 1 when 'in cash' then 2 when 'no charge' then 3 else 4 end
    )
    and (:vendor is null or vendorid = :vendor)
    and (not :airport_only or ratecode in (2, 3))
order by fare_amount desc, pickup_datetime, dropoff_datetime, vendorid
limit 500
