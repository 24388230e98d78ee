/*
title: A report that may take two seconds, and takes for ever
timeout: 2s
maxAge: 0s
*/
select count(*) as pairs
from nyc_yellow_taxi as a
cross join nyc_yellow_taxi as b
where mod(a.ratecode * b.ratecode, 7) = 1
