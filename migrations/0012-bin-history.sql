-- What the recycle bin and the pruning of history need besides what deleting and changing keep anyway.

insert into setting (key, value) values ('recycleBinDays', '30'), ('historyMonths', 'null');

-- The bin of those who see only what they deleted themselves, beside that of administrators, which has an index; and
-- the newest records first, which would else be looked for among all that were deleted since.
create function bin_indexes(type_code text) returns void language plpgsql as $$
begin
  execute format('create index %I on %I (deleted_by, deleted_at) where deleted_at is not null', type_code || '_deleted_by', type_code);
  execute format('create index %I on %I (id) where deleted_at is null and merged_into is null', type_code || '_live', type_code);
end $$;

select bin_indexes(code) from record_type;

-- The builder of tables as it was, and then these.
alter function create_record_table(integer, text, text[]) rename to create_table_without_bin;
create function create_record_table(type_id integer, type_code text, type_traits text[]) returns void
language plpgsql as $$
begin
  perform create_table_without_bin(type_id, type_code, type_traits);
  perform bin_indexes(type_code);
end $$;

-- Finds what is old in a table that is written in the order of time; a thousandth of the size of another index.
create index history_at on history using brin (at) with (autosummarize = on);

select apply_parity();
