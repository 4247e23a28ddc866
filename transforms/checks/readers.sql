-- The readers, each with the share of his sizes that end in 0 or 5 mm; one of five would by chance.
-- Grain: one row a reader; key reader. No record is meant, so none is named: row_id, subject and line are null.
-- Sizes that TR01, TR02 or TR09 doubt are not counted, nor those of lesions that are gone.
select
    cast(null as bigint) as row_id,
    cast(null as varchar) as subject_id,
    cast(null as varchar) as site,
    min(measurements.source_file) as source_file,
    cast(null as bigint) as source_row,
    measurements.reader,
    count(*) as size_count,
    100 * cast(count(case when floor(measurements.diameter_mm) % 5 = 0 then 1 end) as double) / count(*)
        as round_percent,
    cast(min(limits.heaping_sizes) as bigint) as heaping_sizes,
    100 * cast(min(limits.heaping_share) as double) as heaping_percent
from checks.lesion_measurements as measurements
cross join study.reading_limits as limits
where measurements.reader is not null and measurements.value_count = 1
    and measurements.diameter_mm > 0 and measurements.diameter_mm <= measurements.diameter_high
    and coalesce(measurements.neighbour_ratio < measurements.neighbour_ratio_limit, true)
group by measurements.reader
