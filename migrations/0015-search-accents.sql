-- Letters with marks are found with and without them: Dvořák as dvorak, Müller as Мюллер, muller and mueller.

-- The sounds of a text in Latin letters. Both alphabets are led to the longest usual spelling (x as kh, e as ie, shch),
-- since a word that is not typed to its end must still be the beginning of the whole one. Capitals stand for sounds of
-- several letters until the end. Latin c, x and sch are read as in foreign words (Victor, Alexander, Schmidt) or as in
-- transliterated ones (Cvetkov, Mixail, Scherbakov); letters with marks by their sound (ü as ю, š as ш), as if the mark
-- were not there, or as they are written where there is no such key (ue, aa, oe).
create function search_spelling(value text, is_foreign boolean, marks text) returns text
language plpgsql immutable strict parallel safe cost 100 as $$
declare
  word text := replace(lower(left(value, 1000)), '''', '');
begin
  if octet_length(word) > length(word) then
    word := replace(replace(normalize(word, nfc), 'йо', 'е'), 'сч', 'щ');
    if word ~ '[\u00c0-\u03ff\u0450\u0452-\u1fff\u2c60-\u2c7f\ua720-\ua7ff]' then
      if marks = 'sound' then
        word := translate(word, 'äöæœç' || 'üšşșčćžż', 'eeees' || 'USSSCCZZ');
      elsif marks = 'letters' then
        word := replace(replace(replace(replace(word, 'ä', 'ae'), 'ö', 'oe'), 'ø', 'oe'), 'ü', 'ue');
        word := replace(replace(word, 'å', 'aa'), 'đ', 'dj');
      end if;
      -- What remains of й, ё and ї is read as these are.
      word := normalize(regexp_replace(normalize(word, nfd), '[\u0300-\u036f]', '', 'g'), nfc);
      word := replace(replace(replace(replace(word, 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th');
      word := translate(word, 'łøđðħıŧŋəƒƶƀɓɗɖɠɨƙɫɲɔɛʉʋƴȷɉɍɏς', 'loddhitnafzbbddgiklnoeuvyjjryσ');
    end if;
    word := translate(word,
      'абвгдеёзийклмнопрстуфыэ' || 'жхцчшщюя' || 'іїєґў' || 'әғқңөұүһ' || 'ьъ’ʼ',
      'abvgdeeziiklmnoprstufie' || 'ZHTCSWUA' || 'iiegu' || 'agknouuH');
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

-- The different spellings of a text: one, but for letters that can be read in several ways.
create function search_spellings(value text) returns text[]
language plpgsql immutable strict parallel safe cost 200 as $$
declare
  all_spellings text[] := array[public.search_spelling(value, true, 'sound')];
  spelling text;
  marks text;
begin
  if value ~* '[cx]' then
    spelling := public.search_spelling(value, false, 'sound');
    if spelling <> all (all_spellings) then all_spellings := all_spellings || spelling; end if;
  end if;
  if value ~ '[\u00c0-\u03ff\u0450\u0452-\u1fff\u2c60-\u2c7f\ua720-\ua7ff]' then
    foreach marks in array array['none', 'letters'] loop
      spelling := public.search_spelling(value, true, marks);
      if spelling <> all (all_spellings) then all_spellings := all_spellings || spelling; end if;
      spelling := public.search_spelling(value, false, marks);
      if spelling <> all (all_spellings) then all_spellings := all_spellings || spelling; end if;
    end loop;
  end if;
  return all_spellings;
end $$;

-- What is kept of a text for search: its spellings, with a space before and behind each word. Between two spellings
-- there are two, by which each is known to be the whole of the text.
create or replace function search_key(value text) returns text
language plpgsql immutable strict parallel safe cost 200 as $$
begin
  return ' ' || array_to_string(public.search_spellings(value), '  ') || ' ';
end $$;

drop function search_spelling(text, boolean);

-- Keys that are stored are made anew where they differ; a text of Cyrillic and other Latin letters has the same as before.
do $$
declare
  stored record;
begin
  for stored in
    select t.code, string_agg(format('%1$I = %1$I', name), ', ') as columns,
      string_agg(format($part$%1$I ~ '[cxCX]|[^\u0001-\u007f\u0410-\u044f\u0401\u0451«»№]' and %2$I is distinct from search_key(%1$I)$part$,
        name, c.column_name), ' or ') as differing
    from record_type t
    join information_schema.columns c on c.table_schema = current_schema() and c.table_name = t.code
      and c.is_generated = 'ALWAYS' and c.column_name like '%\_key'
    cross join lateral regexp_replace(c.column_name, '_key$', '') as name
    group by t.code
  loop
    execute format('update %I set %s where %s', stored.code, stored.columns, stored.differing);
  end loop;
end $$;

-- Those of users' fields are kept by their indexes alone.
do $$
declare
  index_name text;
begin
  for index_name in
    select i.indexrelid::regclass::text from pg_index i join user_field f on i.indexrelid in (
      select to_regclass(format('%I', t.code || '_f_' || f.id || '_search')) from record_type t where t.id = f.type_id)
  loop
    execute format('reindex index %s', index_name);
  end loop;
end $$;

select apply_parity();
