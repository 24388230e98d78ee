-- The system relations of Redshift that a statement may read, for the current database.
-- They show what users made; Redshift's own relations, and ours, are in none of them.
-- `journal` is the schema of the database that holds what is ours.
-- https://docs.aws.amazon.com/redshift/latest/dg/c_intro_system_views.html

-- Redshift's names of DuckDB's types: as data_type says them, and as udt_name does.
create macro type_name(type) as
    case
        when type like 'DECIMAL%' then 'numeric'
        else coalesce(
            map {
                'FLOAT': 'real',
                'JSON': 'super',
                'DOUBLE': 'double precision',
                'VARCHAR': 'character varying',
                'TIMESTAMP': 'timestamp without time zone',
                'TIMESTAMP WITH TIME ZONE': 'timestamp with time zone',
                'TIME': 'time without time zone',
                'TIME WITH TIME ZONE': 'time with time zone',
                'BLOB': 'binary varying',
                'BIT': 'hllsketch'
            }[type],
            lower(type)
        )
    end;

create macro udt_name(type) as
    coalesce(
        map {
            'smallint': 'int2',
            'integer': 'int4',
            'bigint': 'int8',
            'real': 'float4',
            'double precision': 'float8',
            'boolean': 'bool',
            'character varying': 'varchar',
            'timestamp without time zone': 'timestamp',
            'timestamp with time zone': 'timestamptz',
            'time without time zone': 'time',
            'time with time zone': 'timetz',
            'binary varying': 'varbyte'
        }[type_name(type)],
        type_name(type)
    );

-- A user's schema, or one that every database has.
create view user_schema as
select schema_name, oid, false as is_system
from duckdb_schemas()
where database_name = current_database() and schema_name not in ('main', {journal_name})
union all
select * from (values
    ('pg_catalog', 11, true), ('information_schema', 12, true), ('pg_internal', 13, true)
);

-- A table ('r') or a view ('v'), a materialized one too; temporary tables are in pg_temp_1.
create view user_relation as
select
    case when temporary then 'pg_temp_1' else schema_name end as schema_name,
    case when temporary then 14 else schema_oid end as schema_oid,
    name,
    oid,
    case
        when (schema_name, name) in (select (schema_name, view_name) from {journal}.materialized_view)
            then 'v'
        else kind
    end as kind,
    kind = 'r' as has_rows,
    json_extract_string(comment, '$.text') as definition,  -- of a view
    temporary as is_temporary,
    column_count,
    database_name as at_database,
    schema_name as at_schema
from (
    select database_name, schema_name, schema_oid, table_name as name, table_oid as oid,
        'r' as kind, temporary, column_count, comment
    from duckdb_tables()
    where not internal
    union all
    select database_name, schema_name, schema_oid, view_name, view_oid, 'v', temporary,
        column_count, comment
    from duckdb_views()
    where not internal
)
where (database_name = current_database() and schema_name not in ('main', {journal_name}))
    or (database_name = 'temp' and not starts_with(name, 'sys_'));

-- A column of such a relation; `max_bytes` is a text's length, 65535 where it has no limit, or a
-- VARBYTE's, the default where it has none.
create view user_column as
select
    r.schema_name,
    r.name as table_name,
    r.oid as table_oid,
    r.kind,
    r.is_temporary,
    c.column_name,
    c.column_index::int as position,
    c.data_type,
    c.is_nullable,
    coalesce(c.column_default like '%' || {identity} || '%', false) as is_identity,
    case when is_identity then null else c.column_default end as column_default,
    json_extract_string(c.comment, '$.char')::int as char_bytes,
    coalesce(char_bytes, regexp_extract(k.expression, '<= (\d+)\)$', 1)::int) as declared_bytes,
    case c.data_type
        when 'VARCHAR' then coalesce(declared_bytes, 65535)
        when 'BLOB' then coalesce(declared_bytes, {varbyte_length})
    end as max_bytes,
    case when c.data_type like 'DECIMAL%' then c.numeric_precision end as precision,
    case when c.data_type like 'DECIMAL%' then c.numeric_scale end as scale,
    case when char_bytes is null then type_name(c.data_type) else 'character' end as type_name,
    type_name
        || case
            when max_bytes is not null then '(' || max_bytes || ')'
            when precision is not null then '(' || precision || ',' || scale || ')'
            else ''
        end as full_type,
    coalesce(
        json_extract_string(c.comment, '$.encoding'),
        case
            when r.kind = 'v' or c.data_type in ('BOOLEAN', 'FLOAT', 'DOUBLE') then 'none'
            when c.data_type in ('VARCHAR', 'BLOB') then 'lzo'
            else 'az64'
        end
    ) as encoding,
    coalesce(json_extract_string(c.comment, '$.distkey')::boolean, false) as distkey,
    coalesce(json_extract_string(c.comment, '$.sortkey')::int, 0) as sortkey
from user_relation r
join duckdb_columns() c on c.table_oid = r.oid and c.database_name = r.at_database
left join duckdb_constraints() k
    on k.table_oid = r.oid
    and k.database_name = r.at_database
    and k.constraint_type = 'CHECK'
    and k.constraint_column_names[1] = c.column_name
order by r.schema_name, r.name, position;

create macro user_name() as coalesce(getvariable('user_name'), 'awsuser');
create macro user_id() as case when local_redshift.user_name() = 'awsuser' then 100 else 101 end;

create macro backend_pid() as getvariable('pid')::int;
create macro version() as
    'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017'
    || ' (Red Hat 3.4.2-6.fc3), Redshift 1.0.0';

-- What SHOW VIEW shows of a view, see views.py.
create macro written(definition) as
    case
        when definition is null
            then error('the definition of a materialized view, or of one with columns or parameters, is not supported by the local Redshift')
        else definition
    end;

create macro view_definition(wanted) as (
    select local_redshift.written(r.definition) from local_redshift.main.user_relation r where r.oid = wanted and r.kind = 'v'
);

-- There is one user, who may do everything with what there is.
create macro has_table_privilege(wanted, privilege) as
    case
        when lower(privilege) not in ('select', 'insert', 'update', 'delete', 'drop', 'references')
            then error('unrecognized privilege type: "' || privilege || '"')
        when (
            select count(*)
            from local_redshift.main.user_relation r
            where lower(wanted) = r.schema_name || '.' || r.name
                or (lower(wanted) = r.name and (r.is_temporary or list_contains(current_schemas(false), r.schema_name)))
        ) > 0 then true
        when wanted is not null then error('relation "' || wanted || '" does not exist')
    end;

create macro has_schema_privilege(wanted, privilege) as
    case
        when lower(privilege) not in ('create', 'usage', 'alter', 'drop')
            then error('unrecognized privilege type: "' || privilege || '"')
        when (select count(*) from local_redshift.main.user_schema s where lower(wanted) = s.schema_name) > 0 then true
        when wanted is not null then error('schema "' || wanted || '" does not exist')
    end;

-- The last COPY of the session, see last_copy.py; the parts of a statement are numbered on.
create macro last_copy_count() as coalesce(getvariable('copy_rows'), 0)::bigint;
create macro last_copy_id() as
    case
        when getvariable('copy_statement') is null then -1
        else (
            select any_value(query_id - part)
            from temp.main.sys_statement
            where statement_id = getvariable('copy_statement')
        ) + getvariable('copy_part')
    end::int;

-- information_schema

create view information_schema_schemata as
select
    current_database() as catalog_name,
    schema_name,
    case when is_system then 'rdsdb' else 'awsuser' end as schema_owner,
    null::varchar as default_character_set_catalog,
    null::varchar as default_character_set_schema,
    null::varchar as default_character_set_name,
    null::varchar as sql_path
from user_schema;

create view information_schema_views as
select
    current_database() as table_catalog,
    schema_name as table_schema,
    name as table_name,
    written(definition) as view_definition,
    'NONE' as check_option,
    null::varchar as is_updatable,
    null::varchar as is_insertable_into
from user_relation
where kind = 'v';

create view information_schema_tables as
select
    current_database() as table_catalog,
    schema_name as table_schema,
    name as table_name,
    case when is_temporary then 'LOCAL TEMPORARY' when kind = 'v' then 'VIEW' else 'BASE TABLE' end
        as table_type,
    null::varchar as self_referencing_column_name,
    null::varchar as reference_generation,
    null::varchar as user_defined_type_catalog,
    null::varchar as user_defined_type_schema,
    null::varchar as user_defined_type_name
from user_relation;

create view svv_columns as
select
    current_database() as table_catalog,
    schema_name as table_schema,
    table_name,
    column_name,
    position as ordinal_position,
    column_default,
    case when is_nullable then 'YES' else 'NO' end as is_nullable,
    type_name as data_type,
    max_bytes as character_maximum_length,
    case
        when data_type like 'DECIMAL%' then precision
        else map {'SMALLINT': 16, 'INTEGER': 32, 'BIGINT': 64, 'FLOAT': 24, 'DOUBLE': 53}[data_type]
    end as numeric_precision,
    case
        when data_type like 'DECIMAL%' then 10
        when data_type in ('SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE') then 2
    end as numeric_precision_radix,
    case
        when data_type like 'DECIMAL%' then scale
        when data_type in ('SMALLINT', 'INTEGER', 'BIGINT') then 0
    end as numeric_scale,
    null::int as datetime_precision,
    null::varchar as interval_type,
    null::varchar as interval_precision,
    null::varchar as character_set_catalog,
    null::varchar as character_set_schema,
    null::varchar as character_set_name,
    null::varchar as collation_catalog,
    null::varchar as collation_schema,
    null::varchar as collation_name,
    null::varchar as domain_name,
    null::varchar as remarks
from user_column;

create view information_schema_columns as
select
    c.* exclude (domain_name, remarks),
    null::varchar as domain_catalog,
    null::varchar as domain_schema,
    null::varchar as domain_name,
    current_database() as udt_catalog,
    'pg_catalog' as udt_schema,
    case when u.char_bytes is null then udt_name(u.data_type) else 'bpchar' end as udt_name,
    null::varchar as scope_catalog,
    null::varchar as scope_schema,
    null::varchar as scope_name,
    null::int as maximum_cardinality,
    c.ordinal_position::varchar as dtd_identifier,
    'NO' as is_self_referencing
from svv_columns c
join user_column u
    on u.schema_name = c.table_schema
    and u.table_name = c.table_name
    and u.column_name = c.column_name;

-- pg_catalog

create view pg_namespace as
select
    oid,
    schema_name as nspname,
    case when is_system then 1 else 100 end as nspowner,
    null::varchar as nspacl
from user_schema
union all
select 14, 'pg_temp_1', 1, null
where exists (select 1 from user_relation where is_temporary);

create view pg_class as
select
    oid,
    name as relname,
    schema_oid as relnamespace,
    100 as relowner,
    kind as relkind,
    column_count::smallint as relnatts
from user_relation;

create view pg_database as
select
    100 + row_number() over (order by database_name) as oid,
    database_name as datname,
    100 as datdba,
    6 as encoding,
    false as datistemplate,
    true as datallowconn
from temp.main.sys_database;

create view pg_user as
select
    usename,
    usesysid,
    usesysid < 101 as usecreatedb,
    usesysid < 101 as usesuper,
    usesysid = 1 as usecatupd,
    '********' as passwd,
    null::timestamp as valuntil,
    null::varchar as useconfig
from (select distinct * from (
    values ('rdsdb', 1), ('awsuser', 100), (user_name(), user_id())
) as u(usename, usesysid));

create view pg_tables as
select
    schema_name as schemaname,
    name as tablename,
    'awsuser' as tableowner,
    null::varchar as tablespace,
    false as hasindexes,
    false as hasrules,
    false as hastriggers
from user_relation
where kind = 'r';

create view pg_views as
select
    schema_name as schemaname,
    name as viewname,
    'awsuser' as viewowner,
    written(definition) as definition
from user_relation
where kind = 'v';

create view pg_table_def as
select
    schema_name as schemaname,
    table_name as tablename,
    column_name as "column",
    full_type as type,
    encoding,
    distkey,
    sortkey,
    not is_nullable as "notnull"
from user_column
where kind = 'r' and (is_temporary or list_contains(current_schemas(false), schema_name));

-- SVV

create view svv_tables as
select
    current_database() as table_catalog,
    schema_name as table_schema,
    name as table_name,
    case when kind = 'v' then 'VIEW' else 'BASE TABLE' end as table_type,
    null::varchar as remarks
from user_relation;

create view svv_redshift_schemas as
select
    current_database() as database_name,
    schema_name,
    case when is_system then 1 else 100 end as schema_owner,
    'local' as schema_type,
    null::varchar as schema_acl,
    null::varchar as schema_option
from user_schema;

create view svv_all_schemas as
select
    database_name,
    schema_name,
    schema_owner,
    schema_type,
    schema_acl,
    null::varchar as source_database,
    schema_option
from svv_redshift_schemas;

create view svv_redshift_tables as
select
    current_database() as database_name,
    schema_name,
    name as table_name,
    case when kind = 'v' then 'VIEW' else 'TABLE' end as table_type,
    null::varchar as table_acl,
    null::varchar as remarks,
    'awsuser' as table_owner
from user_relation;

create view svv_all_tables as
select database_name, schema_name, table_name, table_type, table_acl, remarks
from svv_redshift_tables;

create view svv_redshift_columns as
select
    current_database() as database_name,
    schema_name,
    table_name,
    column_name,
    position as ordinal_position,
    full_type as data_type,
    column_default,
    case when is_nullable then 'YES' else 'NO' end as is_nullable,
    encoding,
    false as distkey,
    0 as sortkey,
    null::varchar as column_acl,
    null::varchar as remarks
from user_column;

create view svv_all_columns as
select
    table_catalog as database_name,
    table_schema as schema_name,
    table_name,
    column_name,
    ordinal_position,
    column_default,
    is_nullable,
    data_type,
    character_maximum_length,
    numeric_precision,
    numeric_scale,
    remarks
from svv_columns;

create view svv_table_info as
select
    current_database() as "database",
    schema_name as "schema",
    table_oid as table_id,
    table_name as "table",
    coalesce(json_extract_string(told, '$.encoded'), 'Y, AUTO(ENCODE)') as encoded,
    coalesce(json_extract_string(told, '$.diststyle'), 'AUTO(ALL)') as diststyle,
    case when told is null then 'AUTO(SORTKEY)' else json_extract_string(told, '$.sortkey1') end as sortkey1,
    coalesce((
        select max(max_bytes) from user_column c where c.table_oid = t.table_oid
    ), 0) as max_varchar,
    json_extract_string(told, '$.sortkey1_enc') as sortkey1_enc,
    coalesce(json_extract_string(told, '$.sortkey_num')::int, 0) as sortkey_num,
    null::bigint as size,
    null::decimal(10, 4) as pct_used,
    0::bigint as empty,
    null::decimal(5, 2) as unsorted,
    0::decimal(5, 2) as stats_off,
    row_count::decimal(38, 0) as tbl_rows,
    null::decimal(19, 2) as skew_sortkey1,
    null::decimal(19, 2) as skew_rows,
    row_count::decimal(38, 0) as estimated_visible_rows,
    null::varchar as risk_event,
    null::decimal(12, 2) as vacuum_sort_benefit,
    null::timestamp as create_time
from (
    select
        r.*,
        (select comment from duckdb_tables() d where d.table_oid = r.table_oid
            and d.schema_name in (r.schema_name, 'main') and d.table_name = r.table_name) as told
    from temp.main.sys_row_count r
) t
where row_count > 0;

create view svv_mv_info as
select
    current_database() as database_name,
    schema_name,
    'awsuser' as user_name,
    view_name as name,
    'u' as is_stale,
    0 as state,
    'f' as autorefresh,
    'f' as autorewrite
from {journal}.materialized_view;

create view stv_mv_info as
select
    database_name as db_name,
    schema_name as schema,
    name,
    null::bigint as updated_upto_xid,
    is_stale,
    user_name as owner_user_name,
    state,
    autorefresh,
    autorewrite
from svv_mv_info;

-- Statements and loads: sys_statement has a row for each text that has begun.

create view sys_query_history as
select
    user_id,
    query_id,
    label as query_label,
    transaction_id,
    pid as session_id,
    database_name,
    query_type,
    status,
    false as result_cache_hit,
    start_time,
    end_time,
    elapsed_us as elapsed_time,
    0::bigint as queue_time,
    elapsed_us as execution_time,
    error as error_message,
    returned_rows,
    returned_bytes,
    left(query_text, 4000) as query_text
from temp.main.sys_statement;

create view stl_query as
select
    user_id as userid,
    query_id::int as query,
    label,
    transaction_id as xid,
    pid,
    database_name as database,
    left(query_text, 4000) as querytxt,
    start_time as starttime,
    end_time as endtime,
    case when status = 'success' then 0 else 1 end as aborted,
    0 as insert_pristine,
    0 as concurrency_scaling_status
from temp.main.sys_statement
where end_time is not null
    and query_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'COPY', 'UNLOAD', 'CTAS');

create view stl_querytext as
select
    user_id as userid,
    transaction_id as xid,
    pid,
    query_id::int as query,
    sequence::int as sequence,
    substring(query_text, sequence * 200 + 1, 200) as text
from temp.main.sys_statement, unnest(range((length(query_text) + 199) // 200)) as s(sequence)
where end_time is not null
    and query_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'COPY', 'UNLOAD', 'CTAS');

create view svl_qlog as
select
    userid,
    query,
    xid,
    pid,
    starttime,
    endtime,
    epoch_us(endtime) - epoch_us(starttime) as elapsed,
    aborted,
    label,
    left(querytxt, 60) as substring,
    null::int as source_query,
    'Ran on the main cluster' as concurrency_scaling_status_txt,
    0 as from_sp_call
from stl_query;

create view stv_recents as
select
    user_id as userid,
    case when end_time is null then 'Running' else 'Done' end as status,
    start_time as starttime,
    elapsed_us::int as duration,
    user_name,
    database_name as db_name,
    left(query_text, 600) as query,
    case when end_time is null then pid else -1 end as pid
from temp.main.sys_statement
where status <> 'queued';

create view stl_load_errors as
select
    coalesce(s.user_id, 100) as userid,
    0 as slice,
    e.table_oid::int as tbl,
    e.start_time as starttime,
    s.pid as session,
    s.query_id::int as query,
    e.file_name as filename,
    e.line_number,
    e.column_name as colname,
    e.type,
    e.length as col_length,
    0 as position,
    left(e.raw_line, 1024) as raw_line,
    left(e.raw_value, 1024) as raw_field_value,
    e.code as err_code,
    left(e.reason, 100) as err_reason,
    0 as is_partial,
    0::bigint as start_offset
from {journal}.load_error e
left join temp.main.sys_statement s using (statement_id, part);

create view sys_load_error_detail as
select
    coalesce(s.user_id, 100) as user_id,
    s.query_id,
    s.transaction_id,
    s.pid as session_id,
    current_database() as database_name,
    e.table_oid::int as table_id,
    e.start_time,
    e.file_name,
    e.line_number,
    e.column_name,
    e.type as column_type,
    e.length as column_length,
    0 as position,
    e.code as error_code,
    left(e.reason, 512) as error_message
from {journal}.load_error e
left join temp.main.sys_statement s using (statement_id, part);
