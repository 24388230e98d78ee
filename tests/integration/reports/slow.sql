/*
title: A report that takes a while
parameters:
  rounds: {type: integer, min: 1, max: 1000, default: 20}
maxAge: 0s
*/
select count(*) as steps, sum(mod(a.n * b.n, 7)) as total
from (select row_number() over (order by pickup_datetime) as n from nyc_yellow_taxi) as a
cross join (select distinct passenger_count + 10 * ratecode as n from nyc_yellow_taxi) as b
where mod(a.n, 1000) < :rounds
