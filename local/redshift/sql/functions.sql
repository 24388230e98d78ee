-- Redshift's meaning of what DuckDB has under the same name with another one.
-- They live in a catalog of their own, so that a user's database holds nothing of ours.

create macro text_prefix(v, n) as
    case
        when strlen(v) <= n then v
        when strlen(v) = length(v) then left(v, n)
        else left(v, list_max(list_filter(range(0, n + 1), lambda i: strlen(left(v, i)) <= n)))
    end;

-- Blanks only: a tab or a line break counts in comparisons.
create macro without_blanks(v) as case when suffix(v, ' ') then rtrim(v, ' ') else v end;

create macro number_text(v, n) as
    case
        when strlen(v) <= n then v
        else error('Value too long for character type')
    end;

create macro char_text(v) as
    case
        when strlen(v) = length(v) then local_redshift.without_blanks(v)
        else error('Multibyte character not supported for CHAR (Hint: try using VARCHAR): ' || v)
    end;

create macro char_value(v, n) as
    case
        when v is null then null
        when strlen(rtrim(v, ' ')) <= n then local_redshift.char_text(v)
        else error('value too long for type character(' || n || ')')
    end;

create macro timetz_text(v) as v::time::varchar || '+00';

create macro integer_text(v) as
    case
        when v is null or regexp_full_match(v, '\s*[+-]?[0-9]+\s*') then v
        else error('invalid input syntax for integer: "' || v || '"')
    end;

create macro float8_text(v) as
    case
        when isnan(v) then 'NaN'
        when isinf(v) then case when v > 0 then 'Infinity' else '-Infinity' end
        else printf('%.15g', v)
    end;

create macro float4_text(v) as
    case
        when isnan(v) then 'NaN'
        when isinf(v) then case when v > 0 then 'Infinity' else '-Infinity' end
        else printf('%.6g', v)
    end;

create macro substring_from(v, a) as substring(v, greatest(a, 1)::bigint);

create macro substring_for(v, a, n) as
    case
        when n < 0 then error('negative substring length not allowed')
        when a >= 1 then substring(v, a::bigint, n::bigint)
        else substring(v, 1, greatest(a + n - 1, 0)::bigint)
    end;

create macro integer_bytes(v, digits) as
    unhex(right(lpad(to_hex(v::hugeint), 32, '0'), digits));

create macro fitting_bytes(v, n) as
    case
        when v is null or octet_length(v) <= n then v
        else error('a cast that shortens a VARBYTE is not supported by the local Redshift')
    end;

create macro bytes_of_hex(v) as
    case
        when v is null or regexp_full_match(v, '[0-9a-fA-F]*') then unhex(v)
        else error('invalid hexadecimal digits: "' || v || '"')
    end;

create macro bytes_of_binary(v) as
    case
        when v is null or regexp_full_match(v, '([01]{8})*') then unbin(v)
        else error('binary digits that are no whole bytes are not supported: "' || v || '"')
    end;

create macro bytes_of_text(v) as encode(v);
create macro bytes_of_base64(v) as from_base64(v);

create macro bytes_hex(v) as lower(hex(v));
create macro bytes_text(v) as decode(v);
create macro bytes_base64(v) as to_base64(v);
create macro bytes_binary(v) as
    case when octet_length(v) = 0 then '' else v::bit::varchar end;

create macro byte_length(v) as octet_length(v)::int;
create macro bytes_part_from(v, a) as unhex(local_redshift.substring_from(hex(v), 2 * a - 1));
create macro bytes_part_for(v, a, n) as
    unhex(local_redshift.substring_for(hex(v), 2 * a - 1, 2 * n));

create macro bit_of_bytes(v, i) as
    case
        when v is null or i is null then null
        when i >= 0 and i < 8 * octet_length(v)
            then get_bit(v::bit, (8 * octet_length(v) - 1 - i)::int)
        else error('index ' || i || ' is out of range, 0..' || (8 * octet_length(v) - 1))
    end::int;

-- As a TIME in UTC: a TIMETZ of DuckDB keeps its offset, and compares by it.
create macro timetz_value(v) as
    case
        when v is null then null
        when regexp_full_match(
            v,
            '\s*([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d{1,6})?)?|[0-5]\d[0-5]\d)'
            || ' ?(Z|UTC|GMT|[+-](0\d|1[0-4])(:?[0-5]\d)?)?\s*'
        )
            then regexp_replace(regexp_extract(v, '[\d:.]+'), '^(\d\d)(\d\d)(\d\d)$', '\1:\2:\3')::time
                - case when contains(v, '-') then -1 else 1 end * to_minutes(
                    coalesce(try_cast(regexp_extract(v, '[+-](\d\d)', 1) as int), 0) * 60
                    + coalesce(try_cast(regexp_extract(v, '[+-]\d\d:?(\d\d)', 1) as int), 0)
                )
        else error('the text "' || v || '" as TIMETZ is not supported by the local Redshift')
    end::timetz;

create macro split_part(v, d, n) as
    case
        when n <= 0 then error('field position must be greater than zero')
        else split_part(v, d, n::bigint)
    end;

create macro add_months(v, n) as
    case
        when cast(v as date) = last_day(cast(v as date))
            then last_day(cast(v + to_months(n) as date)) + (cast(v as timestamp) - date_trunc('day', cast(v as timestamp)))
        else cast(v as timestamp) + to_months(n)
    end;

create macro capitals(v) as
    case when v = '' then '' else list_aggregate(
        list_transform(
            regexp_extract_all(lower(v), '[^[:punct:][:space:]]+|[[:punct:][:space:]]+'),
            lambda word: upper(left(word, 1)) || substring(word, 2)
        ),
        'string_agg',
        ''
    ) end;

create macro octet_index(v, part) as
    case
        when strpos(v, part) = 0 then 0
        else strlen(left(v, strpos(v, part) - 1)) + 1
    end::int;

create macro digits_value(v, base) as
    case
        when base < 2 or base > 36 then error('base of strtol must be between 2 and 36')
        when v = '' or translate(v, left('0123456789abcdefghijklmnopqrstuvwxyz', base), '') <> ''
            then error('invalid digits for the base of strtol')
        else list_reduce(
            list_transform(
                string_split(v, ''),
                lambda digit: (strpos('0123456789abcdefghijklmnopqrstuvwxyz', digit) - 1)::bigint
            ),
            lambda sum, digit: sum * base::bigint + digit
        )
    end;

create macro strtol(v, base) as
    case when left(v, 1) = '-' then -1 else 1 end * local_redshift.digits_value(
        regexp_replace(lower(v), case when base = 16 then '^[+-]?(0x)?' else '^[+-]?' end, ''),
        base
    );

create macro unsigned_fnv_hash(v, seed) as
    list_reduce(
        list_transform(
            range(1, strlen(v) + 1),
            lambda i: strpos('0123456789ABCDEF', hex(encode(v))[2 * i - 1]) * 16
                + strpos('0123456789ABCDEF', hex(encode(v))[2 * i]) - 17
        )::uhugeint[],
        lambda hash, byte: (xor(hash, byte) * 1099511628211::uhugeint) % 18446744073709551616::uhugeint,
        seed::uhugeint
    )::hugeint;

create macro fnv_hash(v, seed) as
    case
        when v is null then error('FNV_HASH of NULL is not supported by the local Redshift')
        when local_redshift.unsigned_fnv_hash(v, seed) >= 9223372036854775808
            then local_redshift.unsigned_fnv_hash(v, seed) - 18446744073709551616
        else local_redshift.unsigned_fnv_hash(v, seed)
    end::bigint;

create macro compared(a, b) as
    case when a < b then -1 when a > b then 1 when a = b then 0 end::int;

create macro weekday(v) as
    case
        when regexp_full_match(v, '(?i)su|sun|sunday') then 0
        when regexp_full_match(v, '(?i)m|mo|mon|monday') then 1
        when regexp_full_match(v, '(?i)tu|tue|tues|tuesday') then 2
        when regexp_full_match(v, '(?i)w|we|wed|wednesday') then 3
        when regexp_full_match(v, '(?i)th|thu|thurs|thursday') then 4
        when regexp_full_match(v, '(?i)f|fr|fri|friday') then 5
        when regexp_full_match(v, '(?i)sa|sat|saturday') then 6
        when v is not null then error('"' || v || '" is not a day of the week')
    end;

create macro next_day(v, name) as
    v + ((local_redshift.weekday(name) - dayofweek(v) + 6) % 7 + 1)::int;

create macro months_between(a, b) as
    case
        when day(a) = day(b) or (a::date = last_day(a) and b::date = last_day(b))
            then (year(a) - year(b)) * 12 + month(a) - month(b)
        else (year(a) - year(b)) * 12 + month(a) - month(b)
            + (day(a) - day(b) + (epoch(a - a::date) - epoch(b - b::date)) / 86400.0::double)
            / 31.0::double
    end::double;

create macro week_difference(a, b) as
    date_diff('day', date_trunc('week', a), date_trunc('week', b)) // 7;

create macro replacement(v) as
    case
        when regexp_matches(v, '[\\$]')
            then error('REGEXP_REPLACE by a text with \ or $ is not supported by the local Redshift')
        else v
    end;

create macro matches(v, pattern, start, flags) as
    regexp_extract_all(substring(v, greatest(start, 1)::bigint), pattern, 0, flags);

create macro match(v, pattern, start, occurrence, flags) as
    case
        when v is null or pattern is null then null
        when occurrence < 1 or occurrence > length(v) then null
        else coalesce(local_redshift.matches(v, pattern, start, flags)[occurrence], '')
    end;

create macro before_match(v, pattern, occurrence, flags) as
    regexp_extract(
        v,
        '\A((?s:.*?)(?:(?:' || pattern || ')(?s:.*?)){' || (occurrence - 1) || '})(?:' || pattern || ')',
        1,
        flags
    );

create macro match_position(v, pattern, start, occurrence, is_end, flags) as
    case
        when v is null or pattern is null then null
        when len(local_redshift.matches(v, pattern, start, flags)) < occurrence then 0
        else greatest(start, 1)
            + length(
                local_redshift.before_match(
                    substring(v, greatest(start, 1)::bigint), pattern, occurrence, flags
                )
            )
            + case
                when is_end = 1
                    then length(local_redshift.matches(v, pattern, start, flags)[occurrence])
                else 0
            end
    end::int;

create macro is_json(v) as  -- DuckDB's json_valid takes a comma before a closing bracket
    json_valid(v)
    and not regexp_matches(regexp_replace(v, '"(\\.|[^"\\])*"', '""', 'g'), ',\s*[\]}]');

create macro json_valid_text(v) as
    case when v is null or local_redshift.is_json(v) then v else error('JSON parsing error') end;

create macro json_node_text(v, node) as
    case
        when node is null then null
        when json_type(node) = 'VARCHAR' then json_extract_string(node, '$')
        when json_type(node) = 'NULL'
            then error('a null within a JSON text is not supported by the local Redshift')
        when not regexp_matches(v, '(^|[^0-9.eE+-])' || regexp_escape(json_extract_string(node, '$')) || '([^0-9.eE+-]|$)')
            then error('JSON that is not compact is not supported by the local Redshift')
        else json_extract_string(node, '$')
    end;

create macro json_array_text(v) as
    case
        when v is null then null
        when case when local_redshift.is_json(v) then json_type(v) = 'ARRAY' end then v
        else error('invalid json array object ' || v)
    end;

create macro picture_whole(digits, zeros, scale) as
    case
        when string_split(digits, '.')[1] = '0' and zeros = 0 and scale > 0 then ''
        else lpad(string_split(digits, '.')[1], greatest(length(string_split(digits, '.')[1]), zeros)::int, '0')
    end;

create macro picture_digit(digits, form, place) as
    lpad(digits, length(replace(form, ',', ''))::int, ' ')[length(replace(left(form, place), ',', ''))];

create macro picture_grouped(whole, picture) as
    case
        when length(whole) > length(replace(picture, ',', ''))
            then error('a number too large for its TO_CHAR format is not supported by the local Redshift')
        else ltrim(list_aggregate(
            list_transform(
                range(1, length(picture) + 1),
                lambda n: case
                    when picture[n] <> ',' then local_redshift.picture_digit(whole, picture, n)
                    when local_redshift.picture_digit(whole, picture, n) in (' ', '') then ' '
                    else ','
                end
            ),
            'string_agg',
            ''
        ))
    end;

create macro number_from(v, pattern) as
    case
        when not regexp_full_match(v, pattern) then error('"' || v || '" does not fit its TO_NUMBER format')
        when contains(v, '-') then '-' || regexp_replace(v, '[^0-9.]', '', 'g')
        else regexp_replace(v, '[^0-9.]', '', 'g')
    end;

create macro cube_root(v) as  -- DuckDB's cbrt is one bit off for cubes such as 27
    case
        when power(round(cbrt(v)), 3) = v then round(cbrt(v))
        else cbrt(v)
    end;

-- A name that is no plain word, or a reserved one, is quoted.
create macro quote_ident(v) as
    case
        when regexp_full_match(v, '[a-z_][a-z0-9_]*') and v not in (
        'aes128', 'aes256', 'all', 'allowoverwrite', 'analyse', 'analyze', 'and', 'any',
        'array', 'as', 'asc', 'authorization', 'az64', 'backup', 'between', 'binary',
        'blanksasnull', 'both', 'bytedict', 'bzip2', 'case', 'cast', 'check', 'collate',
        'column', 'constraint', 'create', 'credentials', 'cross', 'current_date',
        'current_time', 'current_timestamp', 'current_user', 'current_user_id', 'default',
        'deferrable', 'deflate', 'defrag', 'delta', 'delta32k', 'desc', 'disable', 'distinct',
        'do', 'else', 'emptyasnull', 'enable', 'encode', 'encrypt', 'encryption', 'end',
        'except', 'explicit', 'false', 'for', 'foreign', 'freeze', 'from', 'full',
        'globaldict256', 'globaldict64k', 'grant', 'group', 'gzip', 'having', 'identity',
        'ignore', 'ilike', 'in', 'initially', 'inner', 'intersect', 'interval', 'into', 'is',
        'isnull', 'join', 'leading', 'left', 'like', 'limit', 'localtime', 'localtimestamp',
        'lun', 'luns', 'lzo', 'lzop', 'minus', 'mostly16', 'mostly32', 'mostly8', 'natural',
        'new', 'not', 'notnull', 'null', 'nulls', 'off', 'offline', 'offset', 'oid', 'old',
        'on', 'only', 'open', 'or', 'order', 'outer', 'overlaps', 'parallel', 'partition',
        'percent', 'permissions', 'pivot', 'placing', 'primary', 'raw', 'readratio', 'recover',
        'references', 'rejectlog', 'resort', 'respect', 'restore', 'right', 'select',
        'session_user', 'similar', 'snapshot', 'some', 'sysdate', 'system', 'table', 'tag',
        'tdes', 'text255', 'text32k', 'then', 'timestamp', 'to', 'top', 'trailing', 'true',
        'truncatecolumns', 'union', 'unique', 'unnest', 'unpivot', 'user', 'using', 'verbose',
        'wallet', 'when', 'where', 'with', 'without'
        ) then v
        else '"' || replace(v, '"', '""') || '"'
    end;

-- SUPER is JSON without blanks; a null within it is NULL as soon as a path leads there. Macros that
-- lateral queries use have no typed parameters, which DuckDB 2.0 cannot plan there.

create macro super_at(v, path) as
    case when v ->> path is not null then v -> path end;  -- super_check.py knows it by the ->>

create macro super_here(v) as case when v ->> '$' is not null then v -> '$' end;

create macro super_some(v) as case when json_type(v, '$') = 'NULL' then null else v end;

create macro super_elements(v) as
    case
        when v is null then []
        when json_type(local_redshift.super_here(v)) = 'ARRAY'
            then list_transform(
                json_extract(v, '$[*]'),
                lambda e: case when json_type(e, '$') = 'NULL' then null else e end
            )
        else error('FROM over a SUPER value that is no array is not supported by the local Redshift')
    end;

create macro super_positions(v) as range(json_array_length(local_redshift.super_here(v))::bigint);

create macro super_values(v) as
    case
        when v is null then []
        when json_type(local_redshift.super_here(v)) = 'OBJECT'
            then list_transform(
                json_extract(v, '$.*'),
                lambda e: case when json_type(e, '$') = 'NULL' then null else e end
            )
        else error('UNPIVOT of a SUPER value that is no object is not supported by the local Redshift')
    end;

create macro super_attributes(v) as json_keys(local_redshift.super_here(v));

create macro without_strings(v) as regexp_replace(v, '"(\\.|[^"\\])*"', '""', 'g');

create macro super_number(v) as  -- DuckDB would write others anew: 1.10, 1e5 and long ones
    case
        when regexp_matches(
                local_redshift.without_strings(v),
                '[0-9][eE]|\.[0-9]*0($|[^0-9])|[0-9]{20}|-0($|[^.0-9])'
            )
            or coalesce(
                list_max(list_transform(
                    regexp_extract_all(local_redshift.without_strings(v), '[0-9]+\.[0-9]+'),
                    lambda number: strlen(number)
                )),
                0
            ) > 16
            then error('a SUPER number such as 1.10, 1e5 or one of more than 15 digits is not supported by the local Redshift')
        else v
    end;

create macro super_parse(v) as
    case
        when v is null then null
        when not local_redshift.is_json(v) then error('JSON parsing error')
        when strlen(v) > 65535
            then error('JSON of more than 65535 bytes is not supported by the local Redshift')
        else local_redshift.super_some(json(local_redshift.super_distinct(
            local_redshift.super_number(case when local_redshift.is_json(v) then v end)
        )))
    end;

create macro super_is_distinct(v) as
    len(coalesce(json_keys(v), [])) = len(list_distinct(coalesce(json_keys(v), [])));

create macro super_distinct(v) as
    case
        when len(regexp_extract_all(v, '"(\\.|[^"\\])*"\s*:'))
            = len(list_distinct(regexp_extract_all(v, '"(\\.|[^"\\])*"\s*:')))
            then v
        when not local_redshift.super_is_distinct(v)
            or list_contains(
                list_transform(
                    json_extract(v, '$..*'),
                    lambda e: len(coalesce(json_keys(e), []))
                        = len(list_distinct(coalesce(json_keys(e), [])))
                ),
                false
            )
            then error('JSON parsing error: duplicate attribute')
        else v
    end;

create macro super_decimal(v) as json(local_redshift.super_number(v::varchar));

create macro super_type(v) as
    case json_type(v)
        when 'VARCHAR' then 'string'
        when 'BOOLEAN' then 'boolean'
        when 'ARRAY' then 'array'
        when 'OBJECT' then 'object'
        when 'NULL' then 'null'
        when 'UBIGINT' then 'number'
        when 'BIGINT' then 'number'
        when 'DOUBLE' then 'number'
        when 'HUGEINT' then 'number'
        when 'UHUGEINT' then 'number'
    end;

create macro super_typeof(v) as
    case
        when v is null then error('JSON_TYPEOF of NULL is not supported by the local Redshift')
        else local_redshift.super_type(v)
    end;

create macro super_is(v, name) as coalesce(local_redshift.super_type(v) = name, false);

create macro super_is_scalar(v) as
    coalesce(local_redshift.super_type(v) in ('string', 'number', 'boolean'), false);

create macro super_is_whole(v, bits) as
    coalesce(
        case
            when local_redshift.super_type(v) = 'number' and not contains(json_extract_string(v, '$'), '.')
                then json_extract_string(v, '$')::hugeint between -(1::hugeint << bits) and (1::hugeint << bits) - 1
        end,
        false
    );

create macro super_text(v) as  -- JSON as JSON has it; the text of an array without its brackets
    case when v is not null then json_extract_string(json_array(v), '$')[2:-2] end;

create macro super_serialize(v) as
    case
        when strlen(local_redshift.super_text(v)) > 65535
            then error('JSON_SERIALIZE of more than 65535 bytes is not supported by the local Redshift')
        else local_redshift.super_text(v)
    end;

create macro super_length(v) as
    case
        when v is null then null
        when json_type(v) = 'ARRAY' then json_array_length(v)::int
        else error('GET_ARRAY_LENGTH of a SUPER value that is no array is not supported by the local Redshift')
    end;

create macro super_concat(a, b) as
    case
        when json_type(a) = 'ARRAY' and json_type(b) = 'ARRAY'
            then to_json(list_concat(json_extract(a, '$[*]'), json_extract(b, '$[*]')))
    end;

create macro super_slice(v, start, length) as
    case
        when v is null or start is null or length is null then null
        when json_type(v) <> 'ARRAY' or start < 0 or length < 0 or start + length > json_array_length(v)
            then error('SUBARRAY beyond an array is not supported by the local Redshift')
        else to_json(list_slice(json_extract(v, '$[*]'), start + 1, start + length))
    end;

create macro flat_once(elements) as
    flatten(list_transform(
        elements,
        lambda e: case when json_type(e) = 'ARRAY' then json_extract(e, '$[*]') else [e] end
    ));

create macro flat_twice(elements) as local_redshift.flat_once(local_redshift.flat_once(elements));

create macro flat_checked(elements) as
    case
        when list_contains(list_transform(elements, lambda e: json_type(e)), 'ARRAY')
            then error('ARRAY_FLATTEN of more than six levels is not supported by the local Redshift')
        else to_json(elements)
    end;

create macro super_flat(v) as
    case
        when json_type(v) = 'ARRAY'
            then local_redshift.flat_checked(local_redshift.flat_twice(local_redshift.flat_twice(
                local_redshift.flat_once(json_extract(v, '$[*]'))
            )))
    end;

create macro super_split(v, delimiter) as
    case
        when v is null or delimiter is null then null
        when v = '' or delimiter = ''
            then error('SPLIT_TO_ARRAY of an empty text is not supported by the local Redshift')
        else to_json(string_split(v, delimiter))
    end;

create macro super_as_text(v) as
    case local_redshift.super_type(v)
        when 'string' then json_extract_string(v, '$')
        else case
            when v is not null
                then error('CAST of a SUPER ' || local_redshift.super_type(v) || ' to VARCHAR is not supported by the local Redshift')
        end
    end;

create macro super_as_number(v, pattern) as
    case local_redshift.super_type(v)
        when 'number' then case
            when regexp_full_match(json_extract_string(v, '$'), pattern) then json_extract_string(v, '$')
            else error('CAST of the SUPER number ' || json_extract_string(v, '$') || ' to a whole one is not supported by the local Redshift')
        end
        when 'string' then case
            when regexp_full_match(json_extract_string(v, '$'), pattern) then json_extract_string(v, '$')
            when regexp_matches(json_extract_string(v, '$'), '^\s*[+-]?[.]?[0-9]|^\s*$|(?i)^\s*[+-]?(nan|inf)')
                then error('CAST of the SUPER text "' || json_extract_string(v, '$') || '" to a number is not supported by the local Redshift')
        end
        when 'boolean' then error('CAST of a SUPER boolean to a number is not supported by the local Redshift')
    end;

create macro super_as_boolean(v) as
    case local_redshift.super_type(v)
        when 'boolean' then json_extract_string(v, '$')
        when 'number' then error('CAST of a SUPER number to BOOLEAN is not supported by the local Redshift')
        when 'string' then error('CAST of a SUPER text to BOOLEAN is not supported by the local Redshift')
    end;

create macro super_as_moment(v, pattern) as
    case local_redshift.super_type(v)
        when 'string' then case
            when regexp_full_match(json_extract_string(v, '$'), pattern) then json_extract_string(v, '$')
            when regexp_matches(json_extract_string(v, '$'), '[0-9]|(?i)now|today|tomorrow|yesterday|epoch|infinity|^\s*$')
                then error('CAST of the SUPER text "' || json_extract_string(v, '$') || '" to a date or time is not supported by the local Redshift')
        end
        when 'number' then error('CAST of a SUPER number to a date or time is not supported by the local Redshift')
        when 'boolean' then error('CAST of a SUPER boolean to a date or time is not supported by the local Redshift')
    end;

create macro super_digits(v) as json_extract_string(v, '$')::decimal(38, 16);

create macro super_equal(a, b) as
    case
        when a is null or b is null then null
        when local_redshift.super_type(a) <> local_redshift.super_type(b) then false
        when local_redshift.super_type(a) = 'number'
            then local_redshift.super_digits(a) = local_redshift.super_digits(b)
        when local_redshift.super_type(a) = 'string'
            then rtrim(json_extract_string(a, '$'), ' ') = rtrim(json_extract_string(b, '$'), ' ')
        when local_redshift.super_text(a) = local_redshift.super_text(b) then true
        when contains(local_redshift.super_text(a) || local_redshift.super_text(b), '{')
            or contains(local_redshift.super_text(a) || local_redshift.super_text(b), ' "')
            then error('a comparison of different SUPER objects is not supported by the local Redshift')
        else false
    end;

create macro super_different(a, b) as
    case
        when local_redshift.super_type(a) <> local_redshift.super_type(b)
            then error('<> between SUPER values of different types is not supported by the local Redshift')
        else not local_redshift.super_equal(a, b)
    end;

create macro super_compared(a, b) as
    case
        when local_redshift.super_type(a) <> local_redshift.super_type(b) then null
        when local_redshift.super_type(a) = 'number'
            then local_redshift.compared(local_redshift.super_digits(a), local_redshift.super_digits(b))
        when local_redshift.super_type(a) = 'string'
            then local_redshift.compared(
                rtrim(json_extract_string(a, '$'), ' '), rtrim(json_extract_string(b, '$'), ' ')
            )
        when a is not null and b is not null
            then error('an order of SUPER ' || local_redshift.super_type(a) || 's is not supported by the local Redshift')
    end;

create macro super_key(v) as  -- whose text tells values apart as Redshift does
    case
        when local_redshift.super_type(v) in ('array', 'object')
            then error('GROUP BY a SUPER ' || local_redshift.super_type(v) || ' is not supported by the local Redshift')
        when local_redshift.super_type(v) = 'string' and json_extract_string(v, '$') like '% '
            then error('GROUP BY a SUPER text that ends with a blank is not supported by the local Redshift')
        else v
    end;

create macro super_order(v) as
    case
        when v is null then null
        when local_redshift.super_type(v) in ('array', 'object')
            then error('ORDER BY a SUPER ' || local_redshift.super_type(v) || ' is not supported by the local Redshift')
        when local_redshift.super_type(v) = 'string' and regexp_matches(json_extract_string(v, '$'), '\p{L}')
            then error('ORDER BY a SUPER text with letters is not supported by the local Redshift; cast it to VARCHAR')
        else struct_pack(
            kind := case local_redshift.super_type(v) when 'boolean' then 1 when 'number' then 2 else 3 end,
            number := case when local_redshift.super_type(v) = 'number' then local_redshift.super_digits(v) end,
            text := rtrim(json_extract_string(v, '$'), ' ')
        )
    end;
