-- Compaction: rewrites the table of a record type without the columns of deleted fields, which count for ever towards the
-- 1,600 columns of a table. A copy is filled in batches while a trigger repeats every change in it. Then it takes the place
-- of the table. See docs/decisions/compaction-beside-the-server.md.

-- The compactions that have begun. Deleting a row abandons the compaction.
create table local.compaction (
  type_id integer primary key references record_type on delete cascade,
  table_name text not null,
  -- The records up to this id are in the copy.
  copied_through bigint not null default 0
);

create function local.copy_of(type_id integer) returns text language sql immutable
  return 'compaction_' || type_id;

-- Returns the names of the columns that a statement can write.
create function local.columns_of(relation regclass) returns text[] language sql stable
  return (select array_agg(attname order by attname) from pg_attribute
    where attrelid = relation and attnum > 0 and not attisdropped and attgenerated = '');

-- Creates the empty copy of a table and the trigger that follows its changes. Locks the table.
create function local.begin_compaction(compacted integer) returns void language plpgsql set search_path = public as $$
declare
  copied text := local.copy_of(compacted);
  original text := (select table_name from record_type where id = compacted);
  source regclass := original::regclass;
  options text := (select array_to_string(reloptions, ', ') from pg_class where oid = source);
  columns text[] := local.columns_of(source);
  names text := (select string_agg(quote_ident(name), ', ') from unnest(columns) as name);
  news text := (select string_agg(format('new.%I', name), ', ') from unnest(columns) as name);
  changes text := (select string_agg(format('%1$I = excluded.%1$I', name), ', ') from unnest(columns) as name where name <> 'id');
begin
  insert into local.compaction (type_id, table_name) values (compacted, original);
  execute format('create table local.%I (like %I including all excluding indexes)', copied, original);
  if options is not null then execute format('alter table local.%I set (%s)', copied, options); end if;
  execute format('alter table local.%I add constraint %I primary key (id)', copied, copied || '_pkey');
  -- A record that is being copied meanwhile is waited for, so the copy gets the last version of each.
  execute format($ddl$
    create function local.%1$I() returns trigger language plpgsql as $body$
    begin
      if tg_op = 'DELETE' then
        delete from local.%1$I where id = old.id;
      else
        insert into local.%1$I (%2$s) overriding system value values (%3$s) on conflict (id) do update set %4$s;
      end if;
      return null;
    end $body$ $ddl$, copied, names, news, changes);
  execute format('create trigger compaction after insert or update or delete on %I for each row execute function local.%I()', original, copied);
  execute format('alter table %I enable always trigger compaction', original);
end $$;

-- Copies the next records. Returns how many, or null at the end. The records are locked against deletion: one that was
-- deleted after it had been read would come back.
create function local.copy_batch(compacted integer, most integer) returns integer language plpgsql set search_path = public as $$
declare
  copied text := local.copy_of(compacted);
  state local.compaction;
  names text;
  number integer;
  last_id bigint;
begin
  select * into strict state from local.compaction where type_id = compacted for update;
  names := (select string_agg(quote_ident(name), ', ') from unnest(local.columns_of(state.table_name::regclass)) as name);
  execute format('
    with source as (select %1$s from %2$I where id > $1 order by id limit $2 for key share),
    written as (insert into local.%3$I (%1$s) overriding system value select %1$s from source on conflict (id) do nothing)
    select count(*), max(id) from source', names, state.table_name, copied)
    into number, last_id using state.copied_through, most;
  if last_id is null then return null; end if;
  update local.compaction set copied_through = last_id where type_id = compacted;
  return number;
end $$;

-- Returns the indexes of a table, except that of its primary key, with those of the copy. Those of the copy are named by
-- the ids of the others.
create function local.copied_indexes(compacted integer)
  returns table (name text, copy text, kind text, definition text, is_ready boolean) language sql stable set search_path = public as $$
  select c.relname, local.copy_of(compacted) || '_' || i.indexrelid,
    case when i.indisunique then 'unique index' else 'index' end,
    substring(pg_get_indexdef(i.indexrelid) from position(' USING ' in pg_get_indexdef(i.indexrelid))),
    (select indisvalid from pg_index where indexrelid = to_regclass(format('local.%I', local.copy_of(compacted) || '_' || i.indexrelid)))
  from pg_index as i join pg_class as c on c.oid = i.indexrelid
  where i.indrelid = (select table_name from local.compaction where type_id = compacted)::regclass
    and i.indisvalid and not i.indisprimary order by c.relname
$$;

-- Puts the copy in the place of its table, with the same names, triggers, rights and next id.
create function local.finish_compaction(compacted integer) returns void language plpgsql set search_path = public as $$
declare
  copied text := local.copy_of(compacted);
  original text := (select table_name from local.compaction where type_id = compacted);
  source regclass := original::regclass;
  target regclass := format('local.%I', copied)::regclass;
  ids text := (select relname from pg_class where oid = pg_get_serial_sequence(quote_ident(original), 'id')::regclass);
  key text := (select conname from pg_constraint where conrelid = source and contype = 'p');
  statements text[];
  statement text;
  last_id bigint;
  is_used boolean;
begin
  -- Renaming locks the sequence: an id that is taken now is one that the copy does not give away again.
  execute format('alter sequence %I rename to %I', ids, copied || '_old_ids');
  execute format('lock table %I in access exclusive mode', original);
  execute format('select last_value, is_called from %I', copied || '_old_ids') into last_id, is_used;
  perform setval(pg_get_serial_sequence(format('local.%I', copied), 'id'), last_id, is_used);
  if local.columns_of(source) is distinct from local.columns_of(target) then
    raise exception 'the columns have changed' using errcode = 'KT002';
  end if;
  statements := array(select format('alter index %I rename to %I', copy, name) from local.copied_indexes(compacted))
    || array(select pg_get_triggerdef(oid) from pg_trigger where tgrelid = source and not tgisinternal and tgname <> 'compaction')
    || array(select format('alter table %I enable %s trigger %I', original, case tgenabled when 'A' then 'always' else 'replica' end, tgname)
      from pg_trigger where tgrelid = source and not tgisinternal and tgenabled in ('A', 'R') and tgname <> 'compaction')
    || array(select format('alter table %I disable trigger %I', original, tgname)
      from pg_trigger where tgrelid = source and not tgisinternal and tgenabled = 'D')
    || array(select format('alter table %I replica identity %s', original, case relreplident when 'f' then 'full' else 'nothing' end)
      from pg_class where oid = source and relreplident in ('f', 'n'))
    || array(select format('alter table %I replica identity using index %I', original, i.indexrelid::regclass)
      from pg_index as i where i.indrelid = source and i.indisreplident)
    || array(select format('alter publication %I add table %I', pubname, original)
      from pg_publication_rel join pg_publication as p on p.oid = prpubid where prrelid = source)
    || array(select format('grant %s on %I to %s', privilege_type, original, case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
      from pg_class, aclexplode(relacl) where oid = source and grantee <> relowner)
    || array(select format('alter table %I owner to %I', original, pg_get_userbyid(relowner)) from pg_class where oid = source);
  execute format('drop table %I', original);
  execute format('alter table local.%I set schema public', copied);
  execute format('alter table %I rename to %I', copied, original);
  execute format('alter sequence %s rename to %I', pg_get_serial_sequence(quote_ident(original), 'id'), ids);
  execute format('alter table %I rename constraint %I to %I', original, copied || '_pkey', key);
  foreach statement in array statements loop execute statement; end loop;
  delete from local.compaction where type_id = compacted;
end $$;

-- Removes what is left of a compaction.
create function local.abandon_compaction() returns trigger language plpgsql set search_path = public as $$
declare
  copied text := local.copy_of(old.type_id);
begin
  if to_regclass(quote_ident(old.table_name)) is not null then
    execute format('drop trigger if exists compaction on %I', old.table_name);
  end if;
  execute format('drop function if exists local.%I()', copied);
  execute format('drop table if exists local.%I', copied);
  return null;
end $$;
create trigger abandoned after delete on local.compaction for each row execute function local.abandon_compaction();

-- A field that is added or deleted abandons a compaction that was interrupted: its copy has other columns.
create function local.abandon_on_new_columns() returns trigger language plpgsql set search_path = public as $$
begin
  delete from local.compaction where type_id = coalesce(new.type_id, old.type_id);
  return null;
end $$;
-- Before the trigger `columns`, which drops the columns that the trigger of the compaction uses.
create trigger abandon_compaction after insert or delete on user_field for each row execute function local.abandon_on_new_columns();
alter table user_field enable always trigger abandon_compaction;
