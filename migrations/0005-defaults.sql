-- What a fresh database has: settings, currencies, dictionaries, pipelines and stages, in English and Russian.
select apply_parity();
insert into setting (key, value) values
  ('country', '"RU"'), ('language', '"en"'), ('timeZone', '"Europe/Moscow"'), ('opened', 'true'),
  ('requireIfMatch', 'false');

insert into department (name) values ('{"en": "Company", "ru": "Компания"}');

insert into currency (code, name, digits, is_base, sort)
select code, jsonb_build_object('en', en, 'ru', ru), digits, code = 'RUB', (row_number() over ()) * 10
from (values
  ('RUB', 'Russian rouble', 'Российский рубль', 2),
  ('USD', 'US dollar', 'Доллар США', 2),
  ('EUR', 'Euro', 'Евро', 2),
  ('BYN', 'Belarusian rouble', 'Белорусский рубль', 2),
  ('KZT', 'Kazakhstani tenge', 'Казахстанский тенге', 2),
  ('CNY', 'Chinese yuan', 'Китайский юань', 2),
  ('GBP', 'Pound sterling', 'Фунт стерлингов', 2)
) as c (code, en, ru, digits);

insert into dictionary (code, name) values
  ('SOURCE', '{"en": "Source", "ru": "Источник"}'),
  ('HONORIFIC', '{"en": "Honorific", "ru": "Обращение"}'),
  ('CONTACT_TYPE', '{"en": "Contact type", "ru": "Тип контакта"}'),
  ('COMPANY_TYPE', '{"en": "Company type", "ru": "Тип компании"}'),
  ('INDUSTRY', '{"en": "Industry", "ru": "Сфера деятельности"}'),
  ('EMPLOYEES', '{"en": "Employees", "ru": "Количество сотрудников"}'),
  ('DEAL_TYPE', '{"en": "Deal type", "ru": "Тип сделки"}');

insert into dictionary_entry (dictionary, code, label, sort, system)
select dictionary, code, jsonb_build_object('en', en, 'ru', ru),
  (row_number() over (partition by dictionary order by place)) * 10, true
from (values
  (1, 'SOURCE', 'CALL', 'Call', 'Звонок'),
  (2, 'SOURCE', 'EMAIL', 'E-mail', 'Электронная почта'),
  (3, 'SOURCE', 'WEB', 'Website', 'Веб-сайт'),
  (4, 'SOURCE', 'ADVERTISING', 'Advertising', 'Реклама'),
  (5, 'SOURCE', 'PARTNER', 'Existing client', 'Существующий клиент'),
  (6, 'SOURCE', 'RECOMMENDATION', 'Recommendation', 'По рекомендации'),
  (7, 'SOURCE', 'TRADE_SHOW', 'Trade show', 'Выставка'),
  (8, 'SOURCE', 'WEBFORM', 'CRM form', 'CRM-форма'),
  (9, 'SOURCE', 'CALLBACK', 'Callback', 'Обратный звонок'),
  (10, 'SOURCE', 'RC_GENERATOR', 'Sales generator', 'Генератор продаж'),
  (11, 'SOURCE', 'STORE', 'Online store', 'Интернет-магазин'),
  (12, 'SOURCE', 'OTHER', 'Other', 'Другое'),
  (1, 'HONORIFIC', 'MR', 'Mr', 'г-н'),
  (2, 'HONORIFIC', 'MS', 'Ms', 'г-жа'),
  (1, 'CONTACT_TYPE', 'CLIENT', 'Clients', 'Клиенты'),
  (2, 'CONTACT_TYPE', 'SUPPLIER', 'Suppliers', 'Поставщики'),
  (3, 'CONTACT_TYPE', 'PARTNER', 'Partners', 'Партнёры'),
  (4, 'CONTACT_TYPE', 'OTHER', 'Other', 'Другое'),
  (1, 'COMPANY_TYPE', 'CUSTOMER', 'Client', 'Клиент'),
  (2, 'COMPANY_TYPE', 'SUPPLIER', 'Supplier', 'Поставщик'),
  (3, 'COMPANY_TYPE', 'COMPETITOR', 'Competitor', 'Конкурент'),
  (4, 'COMPANY_TYPE', 'PARTNER', 'Partner', 'Партнёр'),
  (5, 'COMPANY_TYPE', 'OTHER', 'Other', 'Другое'),
  (1, 'INDUSTRY', 'IT', 'Information technology', 'Информационные технологии'),
  (2, 'INDUSTRY', 'TELECOM', 'Telecommunications', 'Телекоммуникации и связь'),
  (3, 'INDUSTRY', 'MANUFACTURING', 'Manufacturing', 'Производство'),
  (4, 'INDUSTRY', 'BANKING', 'Banking', 'Банковские услуги'),
  (5, 'INDUSTRY', 'CONSULTING', 'Consulting', 'Консалтинг'),
  (6, 'INDUSTRY', 'FINANCE', 'Finance', 'Финансы'),
  (7, 'INDUSTRY', 'GOVERNMENT', 'Government', 'Правительство'),
  (8, 'INDUSTRY', 'DELIVERY', 'Delivery', 'Доставка'),
  (9, 'INDUSTRY', 'ENTERTAINMENT', 'Entertainment', 'Развлечения'),
  (10, 'INDUSTRY', 'CONSTRUCTION', 'Construction', 'Строительство'),
  (11, 'INDUSTRY', 'TRADE', 'Trade', 'Торговля'),
  (12, 'INDUSTRY', 'OTHER', 'Other', 'Другое'),
  (1, 'EMPLOYEES', 'EMPLOYEES_1', 'fewer than 50', 'менее 50'),
  (2, 'EMPLOYEES', 'EMPLOYEES_2', '50 to 250', '50-250'),
  (3, 'EMPLOYEES', 'EMPLOYEES_3', '250 to 500', '250-500'),
  (4, 'EMPLOYEES', 'EMPLOYEES_4', 'more than 500', 'более 500'),
  (1, 'DEAL_TYPE', 'SALE', 'Sale', 'Продажа'),
  (2, 'DEAL_TYPE', 'COMPLEX', 'Complex sale', 'Комплексная продажа'),
  (3, 'DEAL_TYPE', 'GOODS', 'Goods', 'Продажа товара'),
  (4, 'DEAL_TYPE', 'SERVICES', 'Services', 'Услуги'),
  (5, 'DEAL_TYPE', 'SERVICE', 'After-sales service', 'Сервисное обслуживание')
) as e (place, dictionary, code, en, ru);

insert into pipeline (type_id, name, is_default, sort) values
  (1, '{"en": "Leads", "ru": "Лиды"}', true, 10),
  (2, '{"en": "General", "ru": "Общая"}', true, 10);

insert into stage (pipeline_id, code, name, semantic, color, sort)
select pipeline.id, s.code, jsonb_build_object('en', en, 'ru', ru), semantic, color, s.sort
from (values
  (1, 'NEW', 'New', 'Не обработан', 'process', '#00FFFF', 10),
  (1, 'IN_PROCESS', 'In progress', 'В работе', 'process', '#00C9FA', 20),
  (1, 'PROCESSED', 'Processed', 'Обработан', 'process', '#55D0E0', 30),
  (1, 'CONVERTED', 'Converted', 'Качественный лид', 'success', '#37B44A', 40),
  (1, 'JUNK', 'Junk', 'Некачественный лид', 'failure', '#F54819', 50),
  (2, 'NEW', 'New', 'Новая', 'process', '#39A8EF', 10),
  (2, 'PREPARATION', 'Preparing documents', 'Подготовка документов', 'process', '#2FC6F6', 20),
  (2, 'PREPAYMENT_INVOICE', 'Prepayment invoice', 'Счет на предоплату', 'process', '#55D0E0', 30),
  (2, 'EXECUTING', 'In progress', 'В работе', 'process', '#47E4C2', 40),
  (2, 'FINAL_INVOICE', 'Final invoice', 'Финальный счет', 'process', '#FFA900', 50),
  (2, 'WON', 'Won', 'Сделка успешна', 'success', '#7BD500', 60),
  (2, 'LOSE', 'Lost', 'Сделка провалена', 'failure', '#FF5752', 70),
  (2, 'APOLOGY', 'Analysis of the failure', 'Анализ причины провала', 'failure', '#FF5752', 80)
) as s (type_id, code, en, ru, semantic, color, sort)
join pipeline on pipeline.type_id = s.type_id;
