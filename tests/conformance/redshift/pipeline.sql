-- A pipeline over taxi trips, one statement after another, as a team would write it.
create schema if not exists taxi;
drop table if exists taxi.trips cascade;
create table taxi.trips (
    trip_id bigint identity(1, 1) not null,
    vendor varchar(4) encode zstd,
    picked_up timestamp not null encode az64,
    dropped_off timestamp not null,
    passengers smallint default 1,
    distance decimal(8, 2),
    zone varchar(20),
    payment varchar(10) encode bytedict,
    fare decimal(8, 2),
    tip decimal(8, 2) default 0,
    primary key (trip_id)
) backup no diststyle key distkey(zone) compound sortkey(picked_up, zone);
insert into taxi.trips (vendor, picked_up, dropped_off, passengers, distance, zone, payment, fare, tip) values
    ('CMT', '2015-06-01 08:00:00', '2015-06-01 08:12:30', 1, 2.50, 'Midtown', 'card', 10.50, 2.10),
    ('VTS', '2015-06-01 08:30:00', '2015-06-01 09:05:00', 2, 11.20, 'Airport', 'card', 52.00, 10.40),
    ('CMT', '2015-06-02 23:50:00', '2015-06-03 00:10:00', 4, 3.10, 'Harlem', 'cash', 14.00, 0),
    ('VTS', '2015-06-30 12:00:00', '2015-06-30 12:05:00', null, 0.80, 'Midtown', 'cash', 5.00, 0),
    ('CMT', '2015-07-01 00:00:00', '2015-07-01 00:20:00', 1, 4.00, null, 'card', 16.50, 3.30);
analyze taxi.trips;
create table taxi.zones (zone varchar(20), borough varchar(20)) diststyle all;
insert into taxi.zones values ('Midtown', 'Manhattan'), ('Harlem', 'Manhattan'), ('Airport', 'Queens');
create temp table staging (like taxi.zones);
insert into staging select * from taxi.zones;
insert into staging values ('Coney', 'Brooklyn');
begin;
delete from taxi.zones using staging where taxi.zones.zone = staging.zone;
insert into taxi.zones select * from staging;
end;
drop table staging;
create or replace view taxi.june as
    select * from taxi.trips
    where picked_up >= to_date('June 2015', 'MonthYYYY')
      and picked_up < last_day(to_date('June 2015', 'MonthYYYY')) + 1;
create materialized view taxi.by_day as
    select trunc(picked_up) as day, count(*) as trips, sum(fare) as fares from taxi.trips group by 1;
create table taxi.runs (at timestamp default sysdate, name varchar(50), rows bigint);
create or replace procedure taxi.note(what varchar(50), how_many bigint) as $$
begin
    insert into taxi.runs (name, rows) values (what, how_many);
end;
$$ language plpgsql;
create or replace procedure taxi.refresh_days(total out bigint) as $$
declare
    counted bigint;
begin
    refresh materialized view taxi.by_day;
    select sum(trips) into counted from taxi.by_day;
    call taxi.note('refresh', counted);
    total := counted;
exception
    when others then
        raise exception 'refresh failed: %', sqlerrm;
end;
$$ language plpgsql;
call taxi.refresh_days();
update taxi.trips set zone = 'Unknown' where zone is null;
update taxi.trips set passengers = z.n from (select 1 as n) z where passengers is null;
alter table taxi.trips add column tip_rate float8;
update taxi.trips set tip_rate = tip / nullif(fare, 0);
create table taxi.archive (like taxi.zones);
alter table taxi.archive append from taxi.zones;
merge into taxi.zones using taxi.archive a on taxi.zones.zone = a.zone
    when matched then update set borough = a.borough
    when not matched then insert (zone, borough) values (a.zone, a.borough);
truncate taxi.archive;
vacuum delete only taxi.trips;
grant select on all tables in schema taxi to group analysts;
