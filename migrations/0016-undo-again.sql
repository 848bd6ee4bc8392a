-- A job can be undone again for what an earlier undoing left: as long as none is at work, and none has done it all.
alter table bulk drop constraint bulk_reverts_job_id_key;
create index bulk_reverts on bulk (reverts_job_id) where reverts_job_id is not null;

-- What was asked for may name people; it goes when the job is over, however that came about.
create function forget_bulk_action() returns trigger language plpgsql set search_path = public as $$
begin
  update bulk set action = null where job_id = new.id and action is not null;
  return null;
end $$;
create trigger forget_action after update of status on job for each row
  when (new.status in ('completed', 'completedWithErrors', 'failed', 'cancelled'))
  execute function forget_bulk_action();

update bulk set action = null from job where job.id = bulk.job_id and action is not null
  and job.status in ('completed', 'completedWithErrors', 'failed', 'cancelled');

select apply_parity();
