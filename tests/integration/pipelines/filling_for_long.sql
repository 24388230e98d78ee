/*
title: Is not over while anybody waits for it
groups: [analysts]
*/
insert into filled_rows
select count(*)
from nyc_yellow_taxi as a
cross join nyc_yellow_taxi as b
where mod(a.ratecode * b.ratecode, 7) = 1
