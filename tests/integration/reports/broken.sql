/*
title: A report that fails when it runs
parameters:
  divisor: {type: integer, required: true}
maxAge: 0s
*/
select 1 / :divisor as quotient
