/*
Grain: one row per run of load_taxi_trips, also of those that failed. Key: none; began_at orders them.
rows_loaded, rows_impossible: how many trips there are since, and how many of them taxi_trips leaves
out; null where the run failed, and error says why.
*/
create table taxi_load_runs (
    rows_loaded bigint,
    rows_impossible bigint,
    error varchar(8000),
    began_at timestamp not null
)
diststyle auto
sortkey (began_at); -- the latest are asked for

grant select on taxi_load_runs to public;

-- what a run has loaded before it replaces what was there; empty but while one runs
create table nyc_yellow_taxi_staging (like nyc_yellow_taxi);
