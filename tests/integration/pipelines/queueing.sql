/*
title: Does next to nothing
groups: [analysts]
overlap: queue
*/
create table if not exists touched (n int)
