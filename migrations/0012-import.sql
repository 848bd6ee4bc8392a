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
