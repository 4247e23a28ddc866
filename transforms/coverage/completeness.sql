-- Forms that came, of those that are owed, by site and visit.
-- Grain: one row a site, form and visit that a subject owes; key site, form, visit_order.
-- form is the name of the table; visit is 'baseline', 'visit 1', ..., for follow_up 'contact 1', ... (coverage.visits
-- says when each is owed). expected and received count subjects; percent is received of expected.
select
    site,
    form,
    visit,
    visit_order,
    count(*) as expected,
    count(case when is_received then 1 end) as received,
    cast(100 * count(case when is_received then 1 end) as double) / count(*) as percent
from coverage.visits
group by site, form, visit, visit_order
