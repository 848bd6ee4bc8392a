-- Automatic merging of duplicates.

alter table duplicate_setting
  -- When automatic merging was last switched on. Undone merges are counted from then on.
  add auto_merge_since timestamptz,
  -- When it stopped itself. Null after it was switched on again.
  add auto_merge_stopped_at timestamptz;

-- A job that merges groups of duplicates.
create table local.duplicate_merge (
  job_id bigint primary key references local.job on delete cascade,
  type_id integer not null references record_type on delete cascade,
  -- Whether it only counts what it would merge.
  dry_run boolean not null
);

-- The groups that a job looks at, in their order.
create table local.duplicate_merge_group (
  job_id bigint not null references local.duplicate_merge on delete cascade,
  place integer not null,
  ids bigint[] not null,
  primary key (job_id, place)
);
