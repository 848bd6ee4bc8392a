import { problemOf, say } from '../errors/code-text.ts'

/** The problems of rights. */
// biome-ignore format: a table is read by rows
export const rightProblems = {
  forbidden: problemOf(403, 'Forbidden', 'Недостаточно прав',
    'You need the permission "{operation}" for "{type}".', 'Требуется право «{operation}» для «{type}».'),
  admin_required: problemOf(403, 'Administrator required', 'Нужны права администратора',
    'Only administrators can do this.', 'Это доступно только администраторам.'),
  settings_required: problemOf(403, 'Settings right required', 'Нужно право на настройки',
    'You need a role with the settings right.', 'Нужна роль с правом изменять настройки.'),
  crm_unavailable: problemOf(403, 'CRM unavailable', 'CRM недоступна',
    'The CRM is unavailable: {reason}. Ask an administrator.', 'CRM недоступна: {reason}. Обратитесь к администратору.'),
}

/** The words for operations. */
export const operationWords = {
  read: say('read', 'просмотр'),
  add: say('add', 'добавление'),
  update: say('update', 'изменение'),
  delete: say('delete', 'удаление'),
  export: say('export', 'экспорт'),
  import: say('import', 'импорт'),
  automation: say('automation', 'автоматизация'),
  move: say('move', 'перевод на стадию'),
}

/** The reasons why the CRM is unavailable. */
export const unavailableWords = {
  no_role: say('no role lets you read records', 'ни одна роль не разрешает вам читать записи'),
  switched_off: say('it is switched off', 'она выключена'),
}
