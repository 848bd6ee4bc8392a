-- Answers to writes that their callers may send again, kept in the transaction of the write.

create table local.idempotency (
  user_id bigint not null,
  key text not null,
  fingerprint text not null,
  status integer not null,
  headers jsonb not null,
  body text,
  -- The records in the body, each as `type:id`: when one is purged, so is the body.
  records text[] not null default '{}',
  purged boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_records on local.idempotency using gin (records);
create index idempotency_age on local.idempotency (created_at);
