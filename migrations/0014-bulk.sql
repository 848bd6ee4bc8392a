-- The same done to many records, by a job that can be undone.

create table bulk (
  job_id bigint primary key references job on delete cascade,
  type_id integer not null references record_type,
  -- What is done, as it was asked for; emptied when it is done, since it may name people. Null where a job is undone.
  action jsonb,
  -- The job that is undone, once.
  reverts_job_id bigint unique references job on delete cascade
);

-- The records of the moment when it was asked for, in the order in which they are done.
create table bulk_target (
  job_id bigint not null references bulk on delete cascade,
  place bigint not null,
  type_id integer not null,
  record_id bigint not null,
  primary key (job_id, place)
);

alter table job_fault
  alter column row_number drop not null,
  alter column line drop not null,
  add column type_id integer,
  add column record_id bigint;

-- Which job a change was part of: what undoing it begins with.
alter table history add column job_id bigint;
create index history_job on history (job_id, id) where job_id is not null;
