-- Quotes and invoices, their stages, and the counters of their numbers.

select create_record_table(5, 'quote', array['stages', 'client', 'money', 'title', 'number', 'myCompany']);
alter table quote
  add column number text not null,
  add column my_company_id bigint,
  add column begin_date date,
  add column valid_until date,
  add column content text,
  add column terms text,
  add column deal_id bigint,
  add column lead_id bigint;

select create_record_table(6, 'invoice', array['stages', 'client', 'money', 'title', 'number', 'myCompany', 'payment']);
alter table invoice
  add column number text not null,
  add column my_company_id bigint,
  add column issue_date date,
  add column due_date date,
  add column paid_at timestamptz,
  add column deal_id bigint,
  add column quote_id bigint;

select text_index(type_code, 'number') from unnest(array['quote', 'invoice']) as type_code;
select sort_index(type_code, 'my_company_id') from unnest(array['quote', 'invoice']) as type_code;
select sort_index('quote', name) from unnest(array['begin_date', 'valid_until', 'deal_id', 'lead_id']) as name;
select sort_index('invoice', name) from unnest(array['issue_date', 'due_date', 'paid_at', 'deal_id', 'quote_id']) as name;

-- New quotes and invoices are of the first own company.
create index company_own on company (id) where is_my_company and deleted_at is null and merged_into is null;

-- The last number that a site gave in a year to records of a type. Each site counts in rows of its own.
create table number_counter (
  site text not null,
  type_id integer not null references record_type,
  year integer not null,
  last bigint not null,
  primary key (site, type_id, year)
);

insert into pipeline (type_id, name, is_default, sort) values
  (5, '{"en": "Quotes", "ru": "Предложения"}', true, 10),
  (6, '{"en": "General", "ru": "Общая"}', true, 10);

-- DECLAINED is how the systems that quotes come from spell it.
insert into stage (pipeline_id, code, name, semantic, color, sort)
select pipeline.id, s.code, jsonb_build_object('en', en, 'ru', ru), semantic, color, s.sort
from (values
  (5, 'DRAFT', 'Draft', 'Черновик', 'process', '#39A8EF', 10),
  (5, 'SENT', 'Sent to the client', 'Отправлено клиенту', 'process', '#2FC6F6', 20),
  (5, 'APPROVED', 'Approved', 'Принято', 'success', '#7BD500', 30),
  (5, 'DECLAINED', 'Declined', 'Отклонено', 'failure', '#FF5752', 40),
  (6, 'N', 'New', 'Новый', 'process', '#39A8EF', 10),
  (6, 'S', 'Sent to the client', 'Отправлен клиенту', 'process', '#2FC6F6', 20),
  (6, 'P', 'Paid', 'Оплачен', 'success', '#7BD500', 30),
  (6, 'D', 'Not paid', 'Не оплачен', 'failure', '#FF5752', 40)
) as s (type_id, code, en, ru, semantic, color, sort)
join pipeline on pipeline.type_id = s.type_id;

select apply_parity();
