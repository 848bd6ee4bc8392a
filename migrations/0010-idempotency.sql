-- Stored responses to writes with an idempotency key, saved in the transaction of the write.

create table local.idempotency (
  user_id bigint not null,
  key text not null,
  fingerprint text not null,
  -- The versions of catalogue and rights and the scopes of the key, on which the response depends.
  basis text not null,
  status integer not null,
  headers jsonb not null,
  body text,
  -- The records in the body, each as `type:id`. Purging one of them also deletes the body.
  records text[] not null default '{}',
  purged boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_records on local.idempotency using gin (records);
create index idempotency_age on local.idempotency (created_at);
