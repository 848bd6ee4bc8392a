-- The system record types.

select create_record_type(1, 'lead', array['stages', 'client', 'money', 'person', 'title', 'address', 'communications', 'conversion', 'duplicates', 'source', 'observers', 'recycleBin']);
alter table lead
  add column company_title text,
  add column is_repeat boolean not null;
select text_index('lead', 'company_title');

select create_record_type(2, 'deal', array['stages', 'pipelines', 'client', 'money', 'title', 'sale', 'source', 'observers', 'recycleBin']);
alter table deal
  add column deal_type text,
  add column probability integer,
  add column begin_date date,
  add column close_date date,
  add column lead_id bigint,
  add column quote_id bigint,
  add column is_repeat boolean not null;
select sort_index('deal', name) from unnest(array['probability', 'begin_date', 'close_date', 'lead_id', 'quote_id']) as name;

select create_record_type(3, 'contact', array['person', 'address', 'communications', 'companies', 'duplicates', 'source', 'observers', 'recycleBin']);
alter table contact
  add column photo json,
  add column contact_type text,
  add column participates_in_export boolean not null;
select sort_index('contact', 'contact_type');

select create_record_type(4, 'company', array['title', 'address', 'communications', 'contacts', 'duplicates', 'source', 'observers', 'recycleBin']);
alter table company
  add column logo json,
  add column company_type text,
  add column industry text,
  add column employees text,
  add column annual_revenue numeric,
  add column currency text,
  add column is_my_company boolean not null;
select sort_index('company', name) from unnest(array['company_type', 'industry', 'annual_revenue']) as name;

select create_record_type(5, 'quote', array['stages', 'client', 'money', 'title', 'number', 'myCompany', 'source', 'observers', 'recycleBin']);
alter table quote
  add column number text not null,
  add column begin_date date,
  add column valid_until date,
  add column content text,
  add column terms text,
  add column deal_id bigint,
  add column lead_id bigint;

select create_record_type(6, 'invoice', array['stages', 'pipelines', 'client', 'money', 'title', 'number', 'myCompany', 'payment', 'source', 'observers', 'recycleBin']);
alter table invoice
  add column number text not null,
  add column issue_date date,
  add column due_date date,
  add column paid_at timestamptz,
  add column deal_id bigint,
  add column quote_id bigint;

select text_index(type_code, 'number') from unnest(array['quote', 'invoice']) as type_code;
select sort_index('quote', name) from unnest(array['begin_date', 'valid_until', 'deal_id', 'lead_id']) as name;
select sort_index('invoice', name) from unnest(array['issue_date', 'due_date', 'paid_at', 'deal_id', 'quote_id']) as name;

-- For the assignment of numbers: a number that any record has, deleted or not, is not assigned to another record.
create index quote_number on quote (number);
create index invoice_number on invoice (number);

-- The default company of new quotes and invoices is the first of the own companies.
create index company_own on company (id) where is_my_company and deleted_at is null and merged_into is null;

-- The last number that a site has assigned per record type and year. Each site has its own rows.
create table number_counter (
  site text not null,
  type_id integer not null references record_type,
  year integer not null,
  last bigint not null,
  primary key (site, type_id, year)
);
