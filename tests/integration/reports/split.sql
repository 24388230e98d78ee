/*
title: The parts of a text, one a row, beside numbers
parameters:
  a_text: {type: text, maxLength: 5000}
  parts: {type: integer}
*/
select -n as "=number", split_part(:a_text, '~', n::integer) as part
from (select row_number() over (order by pickup_datetime) as n from nyc_yellow_taxi)
where n <= :parts
order by n
