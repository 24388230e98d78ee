/*
Replaces the trips by those in the data bucket, in one transaction: whoever reads meanwhile has the
old ones, and keeps them when a file is bad. (TRUNCATE would commit, and leave the table empty; a
table that was renamed would take its views along.) What failed is told to taxi_load_runs, in a
transaction of its own, and then to the caller.

The view is refreshed after that has been committed: within a transaction, REFRESH by what has
changed does not see what that transaction changed. So this cannot be called in a transaction block.
https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-refresh-sql-command.html

It runs with its owner's rights, so that pipelines may load without being granted the tables; it
takes no argument, and names no object without its schema, so nobody can have it do anything else.
*/
create procedure load_taxi_trips()
as $$
declare
    began timestamp := getdate();
    loaded bigint;
    possible bigint;
    copy_id bigint;
    reason varchar(8000);
    detail varchar(8000);
begin
    begin
        lock public.nyc_yellow_taxi_staging; -- one run at a time; nobody reads it
        delete from public.nyc_yellow_taxi_staging;
        copy public.nyc_yellow_taxi_staging from 's3://${data_bucket}/nyc_yellow_taxi/'
        iam_role ${copy_role} format as parquet;
        select count(*) into loaded from public.nyc_yellow_taxi_staging;
        if loaded = 0 then
            raise exception 'the files have no trips; the trips there are stay';
        end if;

        delete from public.nyc_yellow_taxi;
        insert into public.nyc_yellow_taxi select * from public.nyc_yellow_taxi_staging;
        delete from public.nyc_yellow_taxi_staging;
        select count(*) into possible from public.taxi_trips;
        insert into public.taxi_load_runs
        values (loaded, loaded - possible, null, began);
    exception when others then -- all of that is undone; in the end, the error goes on to the caller
        reason := sqlerrm; -- may only say where to look
        copy_id := pg_last_copy_id();
        select max(trim(file_name) || ': ' || trim(error_message)) into detail
        from sys_load_error_detail
        where query_id = copy_id and start_time >= began;
        insert into public.taxi_load_runs
        values (null, null, left(nvl(detail, reason), 2000), began);
    end;
    commit;
    refresh materialized view public.taxi_volume_by_day;
end;
$$ language plpgsql security definer;

grant execute on procedure load_taxi_trips() to public;
