-- Rows received of each table beside those of the cut before.
-- Grain: one row a table of either cut; key table_name. A count is null where that cut did not have the table.
select
    coalesce(here.table_name, before.table_name) as table_name,
    here.received,
    before.received as previous_received
from quality.rows as here
full outer join previous.rows as before
    on before.table_name = here.table_name
