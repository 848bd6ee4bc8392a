-- The id of an export is the id of its job.
create table local.export (
  job_id bigint primary key references local.job on delete cascade,
  type_id integer not null references record_type,
  -- The request. Emptied when the job ends, since its filter may contain personal data.
  request jsonb,
  -- Where the bytes of the present attempt are. The next attempt removes them.
  location text,
  -- The keys of the fields in the file. Who may no longer read one of them may not fetch the file.
  fields text[]
);

create function local.forget_export_request() returns trigger language plpgsql as $$
begin
  update local.export set request = null where job_id = new.id and request is not null;
  return null;
end $$;
create trigger forget_export after update of status on local.job for each row
  when (new.status in ('completed', 'completedWithErrors', 'failed', 'cancelled'))
  execute function local.forget_export_request();
