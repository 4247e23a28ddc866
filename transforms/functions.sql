-- The text functions that the models call by name. They are the one thing an engine other than DuckDB must supply.
-- parse_date and parse_month are not here: their formats are the study's (mapping.toml), see warehouse/build.py.

-- Text in ASCII digits and marks, without blanks around it: full-width forms are folded, ideographic and no-break
-- spaces trimmed; nothing left becomes null.
create or replace macro clean_text(t) as nullif(trim(translate(
    t,
    '０１２３４５６７８９．－／＋＜＞％：，　' || chr(160) || chr(9),
    '0123456789.-/+<>%:,   '
)), '');

-- A decimal number, or null when the text is none. A comma is a decimal comma unless three digits follow it: 1,200 may
-- be a thousand and two hundred, and a guess between the two is not ours to make.
create or replace macro parse_number(t) as case
    when regexp_matches(clean_text(t), '^[-+]?[0-9]+([.][0-9]+|,[0-9]{1,2}|,[0-9]{4,})?$')
    then try_cast(replace(clean_text(t), ',', '.') as decimal(12, 3))
end;

-- A whole number, or null: 2.5 is none.
create or replace macro parse_integer(t) as case
    when regexp_matches(clean_text(t), '^[-+]?[0-9]{1,9}([.]0*)?$')
    then cast(try_cast(clean_text(t) as decimal(12, 3)) as integer)
end;
