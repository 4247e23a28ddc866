-- The views of the disease: ALL takes every lesion, ORGAN those of the protocol's organ, where it names one.
-- Grain: one row a scope; key scope. The organ is study.protocol.response_organ. Every later model carries the scope, so
-- that each rule is written once for both.
select 'ALL' as scope
union all
select 'ORGAN' as scope
from study.protocol
where response_organ is not null
