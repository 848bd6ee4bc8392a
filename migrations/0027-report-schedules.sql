-- Schedules of saved reports and dashboards, and the jobs that calculate them.

create table report_schedule (
  saved_id bigint primary key references saved_analytics on delete cascade,
  every text not null check (every in ('day', 'week', 'month')),
  weekday integer,
  day integer,
  hour integer not null,
  time_zone text not null,
  form text not null check (form in ('json', 'csv', 'svg')),
  language text not null,
  -- What the key of the last change allows. The jobs may do no more. Null allows everything that the owner may do.
  scopes jsonb,
  next_at timestamptz not null
);
create index report_schedule_next on report_schedule (next_at);

create table local.scheduled_report (
  job_id bigint primary key references local.job on delete cascade,
  -- Not a reference, because the files outlive the schedule.
  saved_id bigint not null,
  kind text not null,
  due_at timestamptz not null,
  time_zone text not null,
  form text not null,
  language text not null,
  -- A digest of the rights with which the report was calculated. Whoever has others now may not fetch the file.
  rights text,
  -- No time runs twice.
  unique (saved_id, due_at)
);

select apply_parity();
