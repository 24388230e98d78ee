/*
title: Adds a row, and then fails
groups: [analysts]
*/
insert into filled_rows select count(*) + 1 from filled_rows;
insert into filled_rows select 1 / (n - n) from filled_rows
