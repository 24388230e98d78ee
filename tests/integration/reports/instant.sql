/*
title: A report that ends at once
parameters:
  number: {type: integer, default: 1}
maxAge: 0s
*/
select :number as number, 'one' as word
