-- One Parquet object a month, columns in the order of the table: COPY maps them by position.
copy nyc_yellow_taxi
from 's3://${data_bucket}/nyc_yellow_taxi/'
iam_role ${copy_role}
format as parquet;
