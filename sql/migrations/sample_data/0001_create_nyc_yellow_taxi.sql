/*
Grain: one row per trip of a yellow taxi in 2015, as the meters reported it (dirty rows included).
Key: none; the meters give none.
*/
create table if not exists nyc_yellow_taxi (
    vendorid varchar(20),
    ratecode smallint,
    payment_type smallint,
    passenger_count smallint,
    trip_distance float4,
    fare_amount float4,
    total_amount float4,
    pickup_date date,
    pickup_datetime timestamp,
    dropoff_datetime timestamp
)
diststyle auto
sortkey (pickup_date); -- every report reads a range of days: Redshift skips the blocks of all others

-- reports run as a database user of their own, made by IAM: grant to all, let groups decide
grant select on nyc_yellow_taxi to public;
