-- Free-text search: how names are spelled so that case, ё/е, accents and the alphabet do not matter, and the indexes
-- that find parts of such spellings. One index per searched field: what a caller may not see is not looked into.

create extension if not exists fuzzystrmatch;

-- The sounds of a text in Latin letters. Both alphabets are led to the longest usual spelling (x as kh, e as ie, shch),
-- since a word that is not typed to its end must still be the beginning of the whole one. Capitals stand for sounds of
-- several letters until the end. Latin c, x and sch are read as in foreign words (Victor, Alexander, Schmidt) or as in
-- transliterated ones (Cvetkov, Mixail, Scherbakov).
create function search_spelling(value text, is_foreign boolean) returns text
language plpgsql immutable strict parallel safe cost 100 as $$
declare
  word text := replace(lower(left(value, 1000)), '''', '');
begin
  if octet_length(word) > length(word) then
    word := translate(replace(replace(normalize(word, nfc), 'йо', 'е'), 'сч', 'щ'),
      'абвгдеёзийклмнопрстуфыэ' || 'жхцчшщюя' || 'іїєґў' || 'әғқңөұүһ'
        || 'áàâãåąéèêëęäöæœíìîïıóòôõøúùûýñłğßśźç' || 'üšşčćžż' || 'ьъ’ʼ',
      'abvgdeeziiklmnoprstufie' || 'ZHTCSWUA' || 'iiegu' || 'agknouuH'
        || 'aaaaaaeeeeeeeeeiiiiiooooouuuinlgsszs' || 'USSCCZZ');
  end if;
  if word ~ '[^a-zA-Z0-9]' then word := btrim(regexp_replace(word, '[^[:alnum:]]+', ' ', 'g')); end if;
  if word ~ '[hcxwqyj]' then
    word := replace(replace(word, 'yo', 'e'), 'jo', 'e');
    word := replace(replace(word, 'shch', 'W'), 'sch', case when is_foreign then 'S' else 'W' end);
    word := replace(replace(replace(replace(word, 'sh', 'S'), 'ch', 'C'), 'zh', 'Z'), 'kh', 'H');
    word := replace(replace(replace(replace(replace(word, 'ph', 'f'), 'th', 't'), 'gh', 'g'), 'rh', 'r'), 'wh', 'v');
    word := replace(replace(replace(word, 'h', 'H'), 'ck', 'k'), 'qu', 'kv');
    if is_foreign then
      word := replace(replace(replace(replace(replace(word, 'ce', 'se'), 'ci', 'si'), 'cy', 'si'), 'c', 'k'), 'x', 'ks');
    end if;
    word := translate(word, 'cxwqyj', 'THvkii');
  end if;
  word := replace(replace(replace(replace(word, 'tz', 'T'), 'e', 'ie'), 'A', 'ia'), 'U', 'iu');
  word := replace(replace(replace(word, 'Z', 'zh'), 'H', 'kh'), 'T', 'ts');
  word := replace(replace(replace(word, 'S', 'sh'), 'C', 'ch'), 'W', 'shch');
  return replace(replace(word, 'iii', 'i'), 'ii', 'i');
end $$;

-- What is kept of a text for search: its spellings, with a space before and behind each word.
create function search_key(value text) returns text
language plpgsql immutable strict parallel safe cost 200 as $$
declare
  spelling text := public.search_spelling(value, true);
begin
  if value ~* '[cx]' then
    spelling := spelling || coalesce(' ' || nullif(public.search_spelling(value, false), spelling), '');
  end if;
  return ' ' || spelling || ' ';
end $$;

create function search_key(list text[]) returns text
language plpgsql immutable strict parallel safe cost 200 as $$
begin
  return public.search_key(array_to_string(list, ' '));
end $$;

-- Keys of columns of the system stand beside them: a search reads them by the thousand. Those of users' fields are
-- expressions of their indexes, since a stored one would have the whole table written anew under a lock.
create function search_index(type_code text, columns text[]) returns void language plpgsql as $$
begin
  execute (
    select format('alter table %I ', type_code) || string_agg(
      format('add column %I text generated always as (search_key(%I)) stored', name || '_key', name), ', ')
    from unnest(columns) as name);
  execute (
    select string_agg(format('create index %I on %I using gin (%I gin_trgm_ops) where deleted_at is null and merged_into is null',
      type_code || '_' || name || '_search', type_code, name || '_key'), '; ')
    from unnest(columns) as name);
end $$;

create function is_searched(column_name text) returns boolean language sql immutable
return column_name = any (array['title', 'first_name', 'middle_name', 'last_name', 'company_title', 'number']);

create or replace function text_index(type_code text, column_name text) returns void language plpgsql as $$
begin
  perform sort_index(type_code, column_name, format('%I collate "und-x-icu"', column_name));
  execute format('create index %I on %I using gin (fold(%I) gin_trgm_ops) where deleted_at is null and merged_into is null',
    type_code || '_' || column_name || '_parts', type_code, column_name);
  if is_searched(column_name) then perform search_index(type_code, array[column_name]); end if;
end $$;

select search_index(t.code, array_agg(c.column_name::text order by c.ordinal_position))
from record_type t join information_schema.columns c on c.table_schema = current_schema() and c.table_name = t.code
where is_searched(c.column_name) and c.data_type = 'text'
group by t.code;

-- An index per field, not one for all: with type and field among its keys each search read their millions of entries.
drop index communication_parts;
create index communication_phones_parts on communication using gin (normalized gin_trgm_ops) where field = 'phones';
create index communication_emails_parts on communication using gin (normalized gin_trgm_ops) where field = 'emails';
create index communication_websites_parts on communication using gin (normalized gin_trgm_ops) where field = 'websites';
create index communication_messengers_parts on communication using gin (normalized gin_trgm_ops) where field = 'messengers';

-- Whether a field is to be searched, and whether its index is there.
alter table user_field
  add column searchable boolean not null default false,
  add column search_ready boolean not null default false;

select apply_parity();
