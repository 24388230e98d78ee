/*
title: A report that Redshift fails in words that have the value in them
parameters:
  a_text: {type: text}
*/
select cast(:a_text as integer) as a_number
