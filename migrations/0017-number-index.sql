-- A number that a record has, wherever it is, is not given to another one.
create index quote_number on quote (number);
create index invoice_number on invoice (number);
select apply_parity();
