/*
title: A table that can be made and cannot be unloaded
*/
select 'a'::varbyte as bytes
