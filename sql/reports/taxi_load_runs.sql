/*
title: Loads of the taxi trips
description: >
  When the taxi trips were loaded, the latest first: how many there are since, how many of them the
  reports leave out because they cannot have happened, and why a load failed.
parameters:
  failed_only:
    type: boolean
    title: Failed ones only
    default: false
refreshedBy: [load_taxi_trips]
*/
select
    began_at,
    rows_loaded,
    rows_impossible,
    error
from taxi_load_runs
where not :failed_only or error is not null
order by began_at desc
