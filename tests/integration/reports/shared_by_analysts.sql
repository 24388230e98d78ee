/*
title: A report for analysts that is not over while anybody waits for it, and that they share
groups: [analysts]
parameters:
  round: {type: text}
*/
select count(*) as pairs, max(:round) as round
from nyc_yellow_taxi as a
cross join nyc_yellow_taxi as b
where mod(a.ratecode * b.ratecode, 7) = 1
