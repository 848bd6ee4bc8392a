select create_record_type(900, 'asset', array['title', 'money', 'stages']);
alter table asset add column bought_on date;
select sort_index('asset', 'bought_on');

insert into pipeline (type_id, name, is_default, sort) values (900, '{"en": "Assets", "ru": "Активы"}', true, 10);
insert into stage (pipeline_id, code, name, semantic, color, sort)
select id, code, jsonb_build_object('en', code, 'ru', code), semantic, '#000000', place
from pipeline, (values ('IN_USE', 'process', 10), ('SOLD', 'success', 20)) as s (code, semantic, place)
where type_id = 900;
