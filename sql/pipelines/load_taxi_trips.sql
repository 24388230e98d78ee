/*
title: Load the taxi trips
description: >
  Replaces all taxi trips by those in the data bucket; while it runs, reports show the old ones. The
  report taxi_load_runs tells what became of each run.
schedule: cron(0 6 * * ? *)
timezone: America/New_York
timeout: 30m
maxWait: 1h
notify: all
feeds: [taxi_by_day, taxi_by_hour, taxi_top_days, taxi_trips_search, taxi_vendor_audit]
overlap: skip
groups: [analysts]
sampleData: true
*/
call load_taxi_trips()
