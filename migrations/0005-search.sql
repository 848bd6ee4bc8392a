-- Spelling of names for free-text search, so that case, ё/е, accents and the alphabet do not matter.

-- Returns the sounds of a text in Latin letters. Both alphabets are converted to the longest usual spelling (x as kh, e
-- as ie, shch), so that an incomplete word is still a prefix of the complete one. Capitals stand for sounds of several
-- letters until the last step. Latin c, x and sch are read as in foreign words (Victor, Alexander, Schmidt) or as in
-- transliterated ones (Cvetkov, Mixail, Scherbakov). Letters with marks are read by their sound (ü as ю, š as ш),
-- without the mark, or as people write them without such a key (ue, aa, oe).
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
      -- й, ё and ї without their marks are read like the full letters.
      word := normalize(regexp_replace(normalize(public.without_accents(word), nfd), '[\u0300-\u036f]', '', 'g'), nfc);
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

-- Returns the distinct spellings of a text: one, unless a letter can be read in several ways.
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

-- Returns the stored search text: its spellings, with a space before and after each word. Two spaces separate
-- spellings, which marks where each spelling starts and ends.
create function search_key(value text) returns text
language plpgsql immutable strict parallel safe cost 200 as $$
begin
  return ' ' || array_to_string(public.search_spellings(value), '  ') || ' ';
end $$;

create function search_key(list text[]) returns text
language plpgsql immutable strict parallel safe cost 200 as $$
begin
  return public.search_key(array_to_string(list, ' '));
end $$;
