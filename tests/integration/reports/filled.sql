/*
title: How many rows a pipeline has added
groups: [analysts]
maxAge: 15m
*/
select count(*) as number from filled_rows
