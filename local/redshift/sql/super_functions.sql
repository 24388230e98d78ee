-- What is done with SUPER values, beside functions.sql.
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

create macro super_is_ascii(v) as
    local_redshift.super_is(v, 'string')
        and strlen(json_extract_string(v, '$')) = length(json_extract_string(v, '$'));

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
