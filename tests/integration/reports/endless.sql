/*
title: A report that is not over while anybody waits for it
maxAge: 0s
*/
select count(*) as pairs
from nyc_yellow_taxi as a
cross join nyc_yellow_taxi as b
where mod(a.ratecode * b.ratecode, 7) = 1
