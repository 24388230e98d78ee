/*
title: Rows of whoever asks
*/
select :user_id as user_id, a_group
from (
    select 'analysts' as a_group
    union all select 'administrators'
    union all select 'analyst'
    union all select ''
    union all select null
) as rows_of_groups
where strpos(:groups, ' ' || a_group || ' ') > 0
order by a_group
