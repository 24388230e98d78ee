/*
title: The ends of ranges, given back
parameters:
  first_day: {type: date, required: false}
  last_day: {type: date, required: false}
  from_month: {type: month, min: 2015-01, max: 2015-12, default: 2015-01}
  to_month: {type: month, min: 2015-01, max: 2015-12, default: 2015-12}
*/
select
    :first_day as first_day,
    :last_day as last_day,
    :from_month as from_month,
    :to_month as to_month
