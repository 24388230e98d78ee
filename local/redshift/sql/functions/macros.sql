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

create macro unless_blank_end(has_any, v, place) as
    case
        when has_any
            then error(place || ' of texts that end with blanks is not supported by the local Redshift; use RTRIM')
        else v
    end;

create macro without_blank_end(v, place) as local_redshift.unless_blank_end(suffix(v, ' '), v, place);

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

create macro logarithm(v) as
    case
        when v = 0 then error('cannot take logarithm of zero')
        when v < 0 then error('cannot take logarithm of a negative number')
        else ln(v)
    end;

create macro logarithm10(v) as
    case
        when v = 0 then error('cannot take logarithm of zero')
        when v < 0 then error('cannot take logarithm of a negative number')
        else log10(v)
    end;

create macro square_root(v) as
    case when v < 0 then error('cannot take square root of a negative number') else sqrt(v) end;

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

-- A day that its month does not have is counted on from its first; `head` and `tail` match what
-- stands around the day.
create macro rolled_date(v, formats, head, tail) as
    case
        when try_strptime(v, formats) is null
            and regexp_full_match(v, head || '\s*(0?[1-9]|[1-9][0-9])\s*' || tail)
            then strptime(
                regexp_replace(v, '^(' || head || '\s*)[0-9]{1,2}(\s*' || tail || ')$', '\101\2'),
                formats
            )::date
                + regexp_extract(v, '^' || head || '\s*([0-9]{1,2})\s*' || tail || '$', 1)::int
                - 1
        else strptime(v, formats)::date
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

-- CRC-32C, four bits at a time: the lower ones of a byte, which hex() writes second, come first.
create macro checksum(v) as
    list_reduce(
        list_transform(
            range(1, 2 * strlen(v) + 1),
            lambda i: strpos('0123456789ABCDEF', hex(encode(v))[case when i % 2 = 1 then i + 1 else i - 1 end]) - 1
        )::bigint[],
        lambda sum, bits: xor(
            sum >> 4,
            [
                0, 274646895, 549293790, 820201905, 1098587580, 1361435347, 1640403810, 1905808397,
                2197175160, 2460548119, 2722870694, 2987750089, 3280807620, 3553878443, 3811616794,
                4084100981
            ][(xor(sum, bits) & 15) + 1]::bigint
        ),
        4294967295::bigint
    );

create macro crc32(v) as lpad(lower(to_hex(xor(local_redshift.checksum(v), 4294967295::bigint))), 8, '0');

create macro soundex_letters(v) as upper(regexp_replace(v, '[^A-Za-z]', '', 'g'));

-- The class of each letter, 0 of a vowel; H and W do not part two letters of one class.
create macro soundex_classes(letters) as
    translate(
        left(letters, 1) || regexp_replace(substring(letters, 2), '[HW]', '', 'g'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
        '01230120022455012623010202'
    );

create macro soundex_digits(classes) as
    list_aggregate(
        list_transform(
            list_filter(
                range(2, length(classes) + 1),
                lambda i: classes[i] <> '0' and classes[i] <> classes[i - 1]
            ),
            lambda i: classes[i]
        ),
        'string_agg',
        ''
    );

create macro soundex_code(letters) as
    left(
        left(letters, 1)
            || coalesce(local_redshift.soundex_digits(local_redshift.soundex_classes(letters)), '')
            || case when letters <> '' then '000' else '' end,
        4
    );

create macro soundex(v) as local_redshift.soundex_code(local_redshift.soundex_letters(v));

create macro matching(a, b) as
    len(list_filter(range(1, 5), lambda i: a[i] = b[i]))::int;

create macro difference(a, b) as
    case
        when a is null or b is null then null
        when a = '' or b = '' then 0
        when local_redshift.soundex(a) = '' and local_redshift.soundex(b) = '' then 1
        when local_redshift.soundex(a) = '' or local_redshift.soundex(b) = ''
            then error('DIFFERENCE of a text without letters and one with letters is not supported by the local Redshift')
        else local_redshift.matching(local_redshift.soundex(a), local_redshift.soundex(b))
    end;

-- What CONNECT BY has come by: a value that comes twice would come for ever.
create macro path_of(v) as [v];

create macro path_with(path, v) as
    case
        when list_contains(path, v)
            then error('CONNECT BY of rows that are their own ancestors is not supported by the local Redshift')
        else list_append(path, v)
    end;

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
