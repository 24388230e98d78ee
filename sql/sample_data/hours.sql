/*
Grain: one row per hour of each shape of day. A uniform number in [low, next low) falls in the hour.
*/
create table hours as
with shapes (shape, weights) as (
    values
        ('workday', [
            2.0, 1.2, 0.8, 0.6, 0.6, 0.9, 2.5, 4.5, 5.5, 5.2, 4.7, 4.7,
            4.9, 4.8, 5.0, 4.6, 3.9, 4.9, 6.5, 6.9, 6.5, 6.4, 5.9, 4.4]),
        ('friday', [
            2.5, 1.7, 1.1, 0.8, 0.7, 0.8, 2.2, 4.0, 4.9, 4.7, 4.4, 4.5,
            4.7, 4.6, 4.8, 4.4, 3.8, 4.7, 6.1, 6.7, 6.2, 6.1, 6.6, 6.4]),
        ('saturday', [
            5.3, 4.6, 3.6, 2.6, 1.5, 0.7, 0.8, 1.3, 2.1, 3.1, 3.9, 4.5,
            4.9, 4.9, 4.8, 4.9, 4.6, 5.2, 5.9, 6.1, 5.3, 5.4, 6.2, 6.4]),
        ('sunday', [
            6.4, 5.6, 4.6, 3.3, 1.9, 0.9, 0.9, 1.3, 2.0, 3.1, 4.3, 5.0,
            5.5, 5.5, 5.5, 5.2, 4.9, 5.2, 5.4, 4.9, 4.4, 4.1, 3.7, 2.8]),
        ('monday before the storm', [
            2.5, 1.5, 1.0, 0.8, 0.8, 1.2, 3.5, 6.0, 7.3, 6.9, 6.2, 6.2,
            6.5, 6.4, 6.5, 6.2, 5.4, 5.6, 5.2, 4.0, 3.0, 2.2, 1.2, 0.0]),
        ('storm', [
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.6, 3.0, 4.5, 5.5, 6.0,
            6.5, 6.5, 6.5, 6.5, 6.0, 6.5, 7.5, 7.5, 7.0, 6.5, 5.5, 4.0])
),
weighed as (
    select shape, unnest(range(24)) as hour, unnest(weights) as weight
    from shapes
)
select
    shape,
    hour,
    sum(weight) over (partition by shape order by hour) - weight as low_weight,
    low_weight / sum(weight) over (partition by shape) as low
from weighed
where weight > 0;
