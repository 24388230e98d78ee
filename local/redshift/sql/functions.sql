-- Redshift's meaning of what DuckDB has under the same name with another one.
-- They live in a catalog of their own, so that a user's database holds nothing of ours.

create macro text_prefix(v, n) as
    case
        when strlen(v) <= n then v
        when strlen(v) = length(v) then left(v, n)
        else left(v, list_max(list_filter(range(0, n + 1), lambda i: strlen(left(v, i)) <= n)))
    end;

create macro number_text(v, n) as
    case
        when strlen(v) <= n then v
        else error('Value too long for character type')
    end;

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
