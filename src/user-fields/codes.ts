import { problemOf, say } from '../errors/code-text.ts'

/** The problems of user fields. */
// biome-ignore format: a table is read by rows
export const userFieldProblems = {
  field_not_found: problemOf(404, 'Field not found', 'Поле не найдено',
    'There is no field {code}.', 'Поле {code} не найдено.'),
  field_exists: problemOf(409, 'Field already exists', 'Поле уже существует',
    'A field with the code {code} already exists.', 'Поле с кодом {code} уже существует.'),
  system_field_fixed: problemOf(409, 'System field', 'Системное поле',
    'The system field {code} cannot be changed or deleted. Hide it in a card instead.',
    'Системное поле {code} нельзя изменить или удалить. Скройте его в карточке.'),
  visibility_of_system_field: problemOf(422, 'System field', 'Системное поле',
    'Only user fields can be hidden. {code} is a system field, which everyone who may read the record sees.',
    'Скрывать можно только пользовательские поля. {code} — системное поле: его видят все, кому доступна запись.'),
  field_limit_reached: problemOf(422, 'Too many fields', 'Слишком много полей',
    'The table of a record type can have at most {limit} columns.', 'В таблице типа записей может быть не больше {limit} столбцов.'),
  compaction_needed: problemOf(422, 'Table is full', 'Таблица заполнена',
    'The table has {limit} columns, of which {dropped} are of deleted fields. To remove these, run `npm run compact -- {type}` on the server. Then add the field again.',
    'В таблице {limit} столбцов, из них {dropped} остались от удалённых полей. Чтобы убрать их, выполните на сервере `npm run compact -- {type}`. Затем добавьте поле снова.'),
  compaction_running: problemOf(409, 'Table is being compacted', 'Таблица сжимается',
    'The table of this type is being compacted. Add and delete its fields afterwards.',
    'Таблица этого типа сейчас сжимается. Добавляйте и удаляйте её поля после этого.'),
  indexed_field_limit_reached: problemOf(422, 'Too many fields with indexes', 'Слишком много полей с индексами',
    'At most {limit} user fields of a record type can have indexes. Make another field neither filterable nor sortable nor searchable first.',
    'Индексы могут быть не больше чем у {limit} пользовательских полей типа. Сначала сделайте другое поле ни фильтруемым, ни сортируемым, ни доступным для поиска.'),
}

/** The faults of user fields. */
// biome-ignore format: a table is read by rows
export const userFieldFaults = {
  reserved_code: say('The code {code} is reserved.', 'Код {code} зарезервирован.'),
  option_in_use: say('The option {name} is in use and cannot be removed.', 'Вариант {name} используется, удалить нельзя.'),
}
