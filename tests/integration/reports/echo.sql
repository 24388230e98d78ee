/*
title: Every type of parameter, given back as it arrived in the warehouse
parameters:
  a_text: {type: text, required: false, maxLength: 5000}
  a_number: {type: integer, required: false}
  a_decimal: {type: decimal, required: false, scale: 4}
  a_boolean: {type: boolean, required: false}
  a_date: {type: date, required: false}
  a_month: {type: month, required: false}
  a_timestamp: {type: timestamp, required: false}
  an_enum: {type: enum, required: false, options: [red, green]}
*/
select
    :a_text as a_text,
    :a_number as a_number,
    :a_decimal as a_decimal,
    :a_boolean as a_boolean,
    :a_date as a_date,
    :a_month as a_month,
    :a_timestamp as a_timestamp,
    :an_enum as an_enum
