/*
title: A report that only administrators may run
groups: [administrators]
*/
select 1 as one
