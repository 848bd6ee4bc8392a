import { problemOf, say } from '../errors/code-text.ts'

/** The problems of records. */
// biome-ignore format: a table is read by rows
export const recordProblems = {
  record_not_found: problemOf(404, 'Record not found', 'Запись не найдена',
    'There is no {type} {id}.', 'Запись «{type}» {id} не найдена.'),
  records_elsewhere: problemOf(404, 'Records have another path', 'Записи по другому адресу',
    'The records of the type {code} are at {path}.', 'Записи типа {code} находятся по адресу {path}.'),
  external_id_taken: problemOf(409, 'External key already in use', 'Внешний ключ занят',
    'The external key {source}/{key} belongs to another record.', 'Внешний ключ {source}/{key} принадлежит другой записи.'),
  record_merged: problemOf(409, 'Record merged', 'Запись объединена',
    'The {type} {id} was merged into {survivor}. Use {survivor}.', 'Запись «{type}» {id} объединена с {survivor}. Используйте {survivor}.'),
  precondition_failed: problemOf(412, 'Version out of date', 'Версия устарела',
    'The record was changed in the meantime. Its version is now {version}. Read it again and repeat the change.', 'Запись уже изменена, её версия теперь {version}. Прочитайте её и повторите изменение.'),
  nothing_matches: problemOf(412, 'No matching record', 'Запись не найдена',
    'If-Match was sent, but there is no {type} {id}.', 'Передан If-Match, но записи «{type}» {id} нет.'),
  record_exists: problemOf(412, 'Record already exists', 'Запись уже существует',
    'A {type} {id} already exists.', 'Запись «{type}» {id} уже существует.'),
  batch_rolled_back: problemOf(422, 'Batch rolled back', 'Пакет отменён',
    'An operation failed, so the whole batch was rolled back.', 'Операция не удалась, поэтому отменён весь пакет.'),
  dependency_failed: problemOf(424, 'Not performed', 'Не выполнено',
    'Another operation in the batch failed.', 'Другая операция пакета не удалась.'),
  precondition_required: problemOf(428, 'Precondition required', 'Требуется условие',
    'Send If-Match with the ETag you last read.', 'Передайте If-Match с последним прочитанным ETag.'),
}

/** The faults of records. */
// biome-ignore format: a table is read by rows
export const recordFaults = {
  operation_failed: say('The operation failed: {problem}.', 'Операция не выполнена: {problem}.'),
  identity_required: say('A name, a phone number or an e-mail address is required.', 'Укажите имя, телефон или адрес электронной почты.'),
  page_too_far: say('Numbers name pages among the first {limit} records only: at most page {page} at this limit. Follow `page.next` instead.', 'По номеру доступны страницы среди первых {limit} записей: при таком limit — не больше {page}. Дальше переходите по `page.next`.'),
  page_with_cursor: say('A cursor already names the page. Send one of the two.', 'Курсор уже задаёт страницу. Передайте что-то одно.'),
  given_without_ids: say('This order needs a filter with a list of ids: `filter[{name}][in]=3,1`.', 'Для этого порядка нужен фильтр со списком id: `filter[{name}][in]=3,1`.'),
  read_only: say('This field is read-only.', 'Поле доступно только для чтения.'),
  merged_record: say('The {type} {id} was merged into {survivor}. Use {survivor}.', 'Запись «{type}» {id} объединена с {survivor}. Используйте {survivor}.'),
  link_to_itself: say('A record cannot link to itself.', 'Запись не может ссылаться на саму себя.'),
  not_own_company: say('This company is not marked as one of your own companies.', 'Эта компания не отмечена как одна из ваших.'),
  duplicate_external_id: say('The external key {source}/{key} is already in use.', 'Внешний ключ {source}/{key} уже занят.'),
  changed_since: say('This was changed later, so it was not reverted.', 'Данные изменили позже, поэтому изменение не отменено.'),
  no_letters_or_digits: say('Enter letters or digits to search for.', 'Введите буквы или цифры для поиска.'),
  not_sortable: say('Cannot sort by {name}.', 'Нельзя сортировать по {name}.'),
  links_not_sortable: say('Cannot sort by {name}, because it links to other records. Sort by a field of the records of this list.',
    'Нельзя сортировать по {name}: это связь с другими записями. Сортируйте по полю записей этого списка.'),
  too_slow_to_sort: say('Sorting by {name} took longer than {seconds} s. Add conditions, or sort by another field.',
    'Сортировка по {name} заняла больше {seconds} с. Добавьте условия или сортируйте по другому полю.'),
  too_slow_without_index: say('Reading the list took longer than {seconds} s, because {name} has no index. Make the field filterable or sortable, or add conditions on other fields.',
    'Чтение списка заняло больше {seconds} с, потому что у {name} нет индекса. Сделайте поле фильтруемым или сортируемым или добавьте условия на другие поля.'),
  not_facetable: say('Cannot count values of {name}: the field can have too many.', 'Нельзя подсчитать значения {name}: их может быть слишком много.'),
  no_sum: say('Cannot add up {name}. Only amounts of money can be added up.', 'Нельзя сложить значения {name}. Складывать можно только денежные суммы.'),
  not_expandable: say('Cannot expand {name}.', 'Нельзя раскрыть {name}.'),
  only_whole: say('{name} is part of a field. Select the whole field.', '{name} — часть поля. Выберите поле целиком.'),
  kept_by_cursor: say('The cursor already contains {name}. Omit it or keep it unchanged.', 'Курсор уже содержит {name}. Не указывайте этот параметр или не меняйте его.'),
  unknown_reference: say('There is no operation {name} in this batch.', 'В пакете нет операции {name}.'),
  forward_reference: say('The operation {name} comes after this one. Move it before this one.', 'Операция {name} идёт позже. Поставьте её перед этой.'),
  reference_mismatch: say('The operation {name} does not return a {type}.', 'Операция {name} не возвращает запись «{type}».'),
  circular: say('This would create a cycle.', 'Получится цикл.'),
}
