#!/bin/sh
# The month before, as a file: 0 7 1 * * /opt/reports/cron_report.sh /srv/reports
set -eu
folder=$1
month=$(date -d "$(date +%Y-%m-01) -1 day" +%Y-%m)
querycast run taxi_by_day month="${2:-$month}" --quiet --timeout 600 \
    --formula-safe -O "$folder/taxi-${2:-$month}.csv"
