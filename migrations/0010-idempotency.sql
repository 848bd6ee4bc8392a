-- Answers to writes that their callers may send again, kept in the transaction of the write.

create table local.idempotency (
  user_id bigint not null,
  key text not null,
  fingerprint text not null,
  status integer not null,
  headers jsonb not null,
  body text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_age on local.idempotency (created_at);
