-- Foundation: schemas, text folding, ids of one parity, versions of server caches.

-- Schema `public` holds the data that two sites share; it can be replicated as is. Schema `local` holds the data of one
-- site: its parity, cache versions, stored responses, jobs. It already exists, with the parity of this site.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;
create extension if not exists fuzzystrmatch;

-- Returns a text in lower case without accents. Cyrillic letters such as й and ї stay; only stress marks are removed.
-- Ligatures and letters with strokes become plain letters.
create function without_accents(value text) returns text
language plpgsql immutable strict parallel safe cost 20 as $$
declare
  bare text := regexp_replace(normalize(value, nfd),
    '(?<![\u0400-\u04ff])[\u0300-\u036f]|(?<![гк])[\u0300\u0301]', '', 'g');
begin
  bare := replace(replace(replace(replace(bare, 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th');
  return translate(normalize(bare, nfc), 'łøđðħıŧŋəƒƶƀɓɗɖɠɨƙɫɲɔɛʉʋƴȷɉɍɏς', 'loddhitnafzbbddgiklnoeuvyjjryσ');
end $$;

-- Returns a text for comparison without regard to case, accents and ё/е. Texts without accents take a fast path. The
-- function is not strict, because Postgres does not inline strict functions.
create function fold(value text) returns text
  language sql immutable parallel safe
  return case
    when octet_length(value) = length(value) then lower(value)
    when value ~ '[^\u0001-\u00bf\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e\u045f\u2010-\u2122]'
      then translate(without_accents(lower(value)), 'ё', 'е')
    else translate(lower(value), 'ё', 'е')
  end;

-- Returns the form of a name or title by which records are found: without case, accents, quotes and repeated spaces.
create function name_key(value text) returns text
  language sql immutable parallel safe
  return btrim(regexp_replace(fold(value), '[\s«»„“”"''`’]+', ' ', 'g'));

-- Formats a timestamp as the API does: UTC, with milliseconds, or microseconds if there are any.
create function instant(value timestamptz) returns text
  language sql immutable strict parallel safe
  return replace(to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '000Z', 'Z');

-- Ids step by two, so that two sites that write at the same time never assign the same id. This includes job ids, which
-- the shared history references. Sequences that have already assigned a value keep their position.
create function apply_parity() returns void language plpgsql set search_path = public as $$
declare
  first integer := case when (select parity from local.instance) = 'odd' then 1 else 2 end;
  each record;
begin
  for each in
    select schemaname, sequencename from pg_sequences
    where schemaname in ('public', 'local') and last_value is null
      and (increment_by, start_value) is distinct from (2::bigint, first::bigint)
  loop
    execute format('alter sequence %I.%I minvalue 1 increment by 2 start with %s restart with %s',
      each.schemaname, each.sequencename, first, first);
  end loop;
end $$;

-- Rows that two sites may change store the site that changed them last. Both parts are constants, so a single site only
-- pays for a comparison. Replicated changes keep the name of their site: they do not fire this trigger.
create function track_site(table_name text) returns void language plpgsql set search_path = public as $$
declare
  own text := (select parity from local.instance);
begin
  execute format('alter table %I add column site text not null default %L', table_name, own);
  execute format('create trigger site before update on %I for each row when (new.site is distinct from %L) execute function take_site(%L)',
    table_name, own, own);
end $$;

create function take_site() returns trigger language plpgsql as $$
begin
  new.site := tg_argv[0];
  return new;
end $$;

-- The digests of the migrations that this database has run. A server with other texts does not start.
create table local.migration_text (
  name text primary key,
  digest text not null
);

-- Versions of the server caches. The query that authenticates a request reads them, so a change applies on every server
-- from the next request on. The version of the catalogue counts changes of the model, which make stored responses outdated,
-- and changes of the indexes that searches use, which do not.
create table local.revision (
  singleton boolean primary key default true check (singleton),
  model bigint not null default 1,
  indexes bigint not null default 0,
  catalogue bigint not null generated always as (model + indexes) stored,
  rights bigint not null default 1
);
insert into local.revision default values;

create function touch_catalogue() returns trigger language plpgsql as $$
begin
  update local.revision set model = model + 1;
  return null;
end $$;

-- Runs a trigger function on every change of a table: once per statement, and once per replicated row, since replication
-- fires no triggers of statements.
create function follow_changes(table_name text, trigger_name text, function_name text) returns void
language plpgsql set search_path = public as $$
begin
  execute format('create trigger %I after insert or update or delete on %I for each statement execute function %I()',
    trigger_name, table_name, function_name);
  perform follow_replicated_changes(table_name, trigger_name, function_name);
end $$;

create function follow_replicated_changes(table_name text, trigger_name text, function_name text) returns void
language plpgsql set search_path = public as $$
begin
  execute format('create trigger %I after insert or update or delete on %I for each row execute function %I()',
    trigger_name || '_elsewhere', table_name, function_name);
  execute format('alter table %I enable replica trigger %I', table_name, trigger_name || '_elsewhere');
end $$;

-- Notifies every server of changes to a table.
create function refresh_catalogue_on(table_name text) returns void language sql set search_path = public as $$
  select follow_changes(table_name, 'touched', 'touch_catalogue')
$$;
