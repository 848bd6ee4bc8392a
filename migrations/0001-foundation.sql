-- What everything else stands on: schemas, text folding, ids of one parity, versions of what servers keep in memory.

-- Schema `public` holds what two sites share and can be replicated as it is. Schema `local` holds what is one server's
-- own: its parity, versions of caches, stored responses, jobs. It exists already, with the parity of this site.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;
create extension if not exists fuzzystrmatch;

-- A text in lower case without its accents. Cyrillic letters are letters of their own, й and ї as well: there only
-- stress marks go. Ligatures and letters with strokes become plain ones.
create function without_accents(value text) returns text
language plpgsql immutable strict parallel safe cost 20 as $$
declare
  bare text := regexp_replace(normalize(value, nfd),
    '(?<![\u0400-\u04ff])[\u0300-\u036f]|(?<![гк])[\u0300\u0301]', '', 'g');
begin
  bare := replace(replace(replace(replace(bare, 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th');
  return translate(normalize(bare, nfc), 'łøđðħıŧŋəƒƶƀɓɗɖɠɨƙɫɲɔɛʉʋƴȷɉɍɏς', 'loddhitnafzbbddgiklnoeuvyjjryσ');
end $$;

-- How text is compared when case, accents and ё/е are not to matter. Texts without accents, which most are, cost little;
-- the function is not strict, since Postgres would not inline it then.
create function fold(value text) returns text
  language sql immutable parallel safe
  return case
    when octet_length(value) = length(value) then lower(value)
    when value ~ '[^\u0001-\u00bf\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e\u045f\u2010-\u2122]'
      then translate(without_accents(lower(value)), 'ё', 'е')
    else translate(lower(value), 'ё', 'е')
  end;

-- An instant as the API writes it: UTC, milliseconds, or microseconds where there are any.
create function instant(value timestamptz) returns text
  language sql immutable strict parallel safe
  return replace(to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '000Z', 'Z');

create function instants(list timestamptz[]) returns text[]
  language sql immutable strict parallel safe
  return (select array_agg(instant(value) order by place) from unnest(list) with ordinality as item (value, place));

-- Ids step by two, so that two sites that write at the same time never give the same one. Ids of jobs as well: the
-- shared history names them. Sequences that have given a value already keep their place.
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

-- Rows that two sites may change know which site changed them last. Both parts are constants, so that a site on its own
-- pays for a comparison only; changes that arrive from the other site keep its name, since they fire no such trigger.
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

-- The versions of what servers keep in memory. The query that authenticates a request reads them, so a change holds
-- on every server from the next request on.
create table local.revision (
  singleton boolean primary key default true check (singleton),
  catalogue bigint not null default 1,
  rights bigint not null default 1
);
insert into local.revision default values;

create function touch_catalogue() returns trigger language plpgsql as $$
begin
  update local.revision set catalogue = catalogue + 1;
  return null;
end $$;

-- Makes changes of a table known to every server, those that arrive from another site as well.
create function refresh_catalogue_on(table_name text) returns void language plpgsql set search_path = public as $$
begin
  execute format('create trigger touched after insert or update or delete on %I for each statement execute function touch_catalogue()',
    table_name);
  execute format('alter table %I enable always trigger touched', table_name);
end $$;
