/*
Grain: one row per trip that can have happened; what the reports count.
A meter that was never reset, a refund or a broken clock would otherwise move a whole day's totals.
*/
create or replace view taxi_trips as
select
    vendorid,
    ratecode,
    payment_type,
    passenger_count,
    trip_distance,
    fare_amount,
    total_amount,
    pickup_date,
    pickup_datetime,
    dropoff_datetime
from nyc_yellow_taxi
where trip_distance between 0.01 and 100
    and fare_amount between 2.5 and 500
    and total_amount between 2.5 and 1000
    and dropoff_datetime > pickup_datetime
    and dropoff_datetime <= dateadd(hour, 12, pickup_datetime)
    and pickup_date = pickup_datetime::date;

grant select on taxi_trips to public;
