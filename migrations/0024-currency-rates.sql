-- Rates of currencies, and what prevents the removal of a currency that is in use.

-- On this day and until the next one with a rate, `nominal` units of the currency cost `amount` units of the base currency.
create table currency_rate (
  currency text not null references currency on delete cascade,
  date date not null,
  amount numeric not null check (amount > 0),
  nominal integer not null check (nominal > 0),
  primary key (currency, date)
);

-- The lock of a currency: shared for changes that give it to records, exclusive for its removal.
create function currency_lock(code text) returns bigint
  language sql immutable strict parallel safe
  return hashtextextended(code, hashtextextended('currencies', 0));

-- Prevents the removal of currencies until the change that uses them is committed, as hold_entries does for entries.
create function hold_currencies(named jsonb) returns void language plpgsql set search_path = public as $$
begin
  perform pg_advisory_xact_lock_shared(currency_lock(code))
  from (select distinct code from jsonb_to_recordset(named) as n (code text) order by code) as codes;
  if exists (
    select from jsonb_to_recordset(named) as n (code text)
    where not exists (select from currency as c where c.code = n.code)
  ) then
    raise exception 'a currency was removed' using errcode = 'KT001';
  end if;
end $$;

-- The same for the default of a user field, by a lock of the row of the currency.
create function hold_default_currency() returns trigger language plpgsql set search_path = public as $$
begin
  perform from currency where code = new.settings -> 'default' ->> 'currency' for key share;
  if not found then
    raise exception 'a currency was removed' using errcode = 'KT001';
  end if;
  return new;
end $$;
create trigger default_currency before insert or update of settings on user_field for each row
  when (jsonb_typeof(new.settings -> 'default' -> 'currency') = 'string') execute function hold_default_currency();
