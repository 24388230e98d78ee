/*
Grain: one row per day on which trips that can have happened began. Key: pickup_date.
The conditions are those of taxi_trips, for a materialized view cannot be made over a view. Nothing
but sums and counts, so that Redshift refreshes it by what has changed; averages are theirs, divided.
*/
create materialized view taxi_volume_by_day as
select
    pickup_date,
    count(*) as trips,
    sum(trip_distance) as distance,
    sum(fare_amount) as fare
from nyc_yellow_taxi
where trip_distance between 0.01 and 100
    and fare_amount between 2.5 and 500
    and total_amount between 2.5 and 1000
    and dropoff_datetime > pickup_datetime
    and dropoff_datetime <= dateadd(hour, 12, pickup_datetime)
    and pickup_date = pickup_datetime::date
group by pickup_date;

grant select on taxi_volume_by_day to public;
