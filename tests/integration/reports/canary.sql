/*
title: What a table holds, to see that nothing was done to it
*/
select count(*) as trips, sum(fare_amount) as fares, max(pickup_datetime)::date as last_day
from nyc_yellow_taxi
