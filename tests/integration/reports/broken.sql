/*
title: A report that fails when it runs
parameters:
  divisor: {type: integer, required: true}
*/
select 1 / :divisor as quotient
