/*
Grain: one row per trip of the month in the variable `month`; columns in the order of the table
nyc_yellow_taxi. Every number comes from `uniform(trip, n)`, a different n for each choice, so the
same trip is the same in every run.
*/
with pickups as (
    select
        trip,
        days.day,
        days.weekday,
        hours.hour,
        days.day + to_hours(hours.hour) + to_seconds((uniform(trip, 2) * 3600)::integer % 3600)
            as pickup_datetime
    from (
        select *, unnest(range(first_trip, first_trip + trips)) as trip
        from days
        where month(day) = getvariable('month')
    ) as days
    asof join hours on hours.shape = days.shape and uniform(trip, 1) >= hours.low
),
rides as (
    select
        *,
        case
            when uniform(trip, 3) < 0.0200 then 2 -- Kennedy airport, flat fare
            when uniform(trip, 3) < 0.0217 then 3 -- Newark
            when uniform(trip, 3) < 0.0222 then 4 -- Nassau and Westchester, double outside the city
            when uniform(trip, 3) < 0.0255 then 5 -- negotiated
            else 1
        end as ratecode,
        ratecode = 1 and uniform(trip, 4) < 0.05 as to_laguardia,
        sqrt(-2 * ln(uniform(trip, 5) + 1e-12)) * cos(2 * pi() * uniform(trip, 6)) as normal,
        sqrt(-2 * ln(uniform(trip, 5) + 1e-12)) * sin(2 * pi() * uniform(trip, 6)) as other_normal,
        case
            when uniform(trip, 7) < 0.622 then 1 -- card
            when uniform(trip, 7) < 0.994 then 2 -- cash
            when uniform(trip, 7) < 0.998 then 3 -- no charge
            else 4 -- dispute
        end as payment_type,
        case
            when uniform(trip, 8) < 0.708 then 1
            when uniform(trip, 8) < 0.850 then 2
            when uniform(trip, 8) < 0.892 then 3
            when uniform(trip, 8) < 0.912 then 4
            when uniform(trip, 8) < 0.966 then 5
            else 6
        end as passenger_count,
        case when uniform(trip, 9) < 0.52 and passenger_count < 5 then '1' else '2' end as vendorid
    from pickups
),
driven as (
    select
        *,
        round(
            case
                when ratecode = 2 then greatest(17.5 + 1.8 * normal, 9)
                when ratecode = 3 then greatest(17.0 + 2.2 * normal, 9)
                when ratecode = 4 then 19.0 * exp(0.25 * normal)
                when to_laguardia then greatest(9.6 + 1.4 * normal, 3)
                else greatest(least(1.62 * exp(0.78 * normal), 32), 0.1)
            end, 2
        ) as distance,
        case
            when hour between 0 and 5 then 19.0
            when weekday >= 6 then 13.5 - 0.2 * abs(hour - 7)
            when hour between 8 and 19 then 10.4
            else 14.0
        end * case when distance > 8 then 1.75 else 1 end * exp(0.2 * other_normal) as mph,
        (70 + distance / mph * 3600)::integer as seconds
    from rides
),
metered as (
    select
        *,
        0.5 * round(5 * distance * 0.82 + seconds / 60 * 0.42) as metered_fare, -- half-dollar clicks
        round(
            case ratecode
                when 2 then 52
                when 3 then 20 + metered_fare
                when 4 then 2.5 + 1.6 * metered_fare
                when 5 then 5 * round(4 + 14 * uniform(trip, 10))
                else 2.5 + metered_fare
            end, 2
        ) as fare,
        case
            when hour >= 20 or hour < 6 then 0.5
            when hour between 16 and 19 and weekday <= 5 then 1.0
            else 0
        end as surcharge,
        case when (ratecode = 2 or to_laguardia) and uniform(trip, 11) < 0.6 then 5.54 else 0 end
            as tolls,
        0.8 + case when ratecode = 1 then surcharge else 0 end + tolls as extras
    from driven
),
paid as (
    select
        *,
        case
            when payment_type <> 1 or uniform(trip, 12) < 0.04 then 0
            when uniform(trip, 12) < 0.52 then round(0.20 * (fare + extras), 2)
            when uniform(trip, 12) < 0.66 then round(0.25 * (fare + extras), 2)
            when uniform(trip, 12) < 0.72 then round(0.30 * (fare + extras), 2)
            else ceil(0.12 * fare) -- whole dollars
        end as tip,
        case -- one row in 280 is dirty, each in one way
            when uniform(trip, 13) < 0.00040 then 'refund'
            when uniform(trip, 13) < 0.00140 then 'meter test'
            when uniform(trip, 13) < 0.00170 then 'not charged'
            when uniform(trip, 13) < 0.00172 then 'odometer'
            when uniform(trip, 13) < 0.00200 then 'clock set back'
            when uniform(trip, 13) < 0.00260 then 'meter left running'
            when uniform(trip, 13) < 0.00310 then 'nobody counted'
            when uniform(trip, 13) < 0.00315 then 'mistyped fare'
            when uniform(trip, 13) < 0.00360 then 'day and month swapped'
        end as dirt
    from metered
),
reported as (
    select
        *,
        case dirt
            when 'refund' then -fare
            when 'not charged' then 0
            when 'meter test' then 2.5
            when 'mistyped fare' then 100 * fare
            else fare
        end as fare_amount,
        case dirt
            when 'refund' then -fare - extras
            when 'not charged' then 0
            when 'meter test' then 3.3
            when 'mistyped fare' then 100 * fare + extras + tip
            else fare + extras + tip
        end as total_amount,
        case dirt
            when 'meter test' then 0
            when 'odometer' then pow(10, 4 + 3 * uniform(trip, 14)) * sign(uniform(trip, 15) - 0.2)
            else distance
        end as trip_distance
    from paid
)
select
    vendorid::varchar as vendorid,
    ratecode::smallint as ratecode,
    case when dirt in ('refund', 'not charged') then 3 else payment_type end::smallint
        as payment_type,
    case when dirt = 'nobody counted' then 0 else passenger_count end::smallint as passenger_count,
    trip_distance::float as trip_distance,
    fare_amount::float as fare_amount,
    total_amount::float as total_amount,
    case
        when dirt = 'day and month swapped' and day(day) <= 12
            then make_date(2015, day(day), month(day))
        else day
    end as pickup_date,
    pickup_datetime,
    pickup_datetime + to_seconds(
        case dirt
            when 'meter test' then seconds % 60
            when 'clock set back' then -seconds
            when 'meter left running' then 86400 - seconds % 600
            else seconds
        end
    ) as dropoff_datetime
from reported
order by pickup_datetime, trip
