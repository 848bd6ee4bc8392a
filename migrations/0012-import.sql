-- The id of an import is the id of its job.
create table local.import (
  job_id bigint primary key references local.job on delete cascade,
  type_id integer not null references record_type,
  file_id bigint not null references file,
  dialect jsonb not null,
  options jsonb not null,
  -- How the columns of the file are read, decided when the whole file has been looked through.
  readings jsonb
);
create index import_file on local.import (file_id);

-- What the rows of a dry run are compared with: the keys of records that earlier chunks would have written. The key and
-- the middle name of a person are hashes. The holder is an existing record, or a row as a negative number.
create table local.dry_run_key (
  job_id bigint not null references local.import on delete cascade,
  key bigint not null,
  middle bigint,
  holder bigint not null
);
create index dry_run_key_key on local.dry_run_key (job_id, key);
