/*
title: Taxi volume by month
description: >
  One row per month of 2015: trips, miles and fares in dollars, in total and of the average trip.
  Trips that cannot have happened are left out. Answers at once, for the days are added up already.
refreshedBy: [load_taxi_trips]
chart: {type: bar, x: pickup_month, y: [trips]}
*/
select
    to_char(pickup_date, 'YYYY-MM') as pickup_month,
    sum(trips) as trips,
    sum(distance)::decimal(16, 2) as total_distance,
    sum(fare)::decimal(16, 2) as total_fare,
    (sum(distance) / sum(trips))::decimal(10, 2) as average_distance,
    (sum(fare) / sum(trips))::decimal(10, 2) as average_fare
from taxi_volume_by_day
group by 1
order by 1
