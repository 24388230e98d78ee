/*
title: Adds a row
groups: [analysts]
overlap: queue
feeds: [filled]
*/
insert into filled_rows select count(*) + 1 from filled_rows
