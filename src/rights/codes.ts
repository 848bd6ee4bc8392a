import { problemOf, say } from '../errors/code-text.ts'

/** The problems of rights. */
// biome-ignore format: a table is read by rows
export const rightProblems = {
  forbidden: problemOf(403, 'Forbidden', 'Недостаточно прав',
    'You need the permission "{operation}" for "{type}".', 'Требуется право «{operation}» для «{type}».'),
  admin_required: problemOf(403, 'Administrator required', 'Нужны права администратора',
    'Only administrators can do this.', 'Это доступно только администраторам.'),
  crm_unavailable: problemOf(403, 'CRM unavailable', 'CRM недоступна',
    'The CRM is switched off, or you have no access to it. Ask an administrator.', 'CRM выключена, или у вас нет к ней доступа. Обратитесь к администратору.'),
}

/** The words for operations. */
export const operationWords = {
  read: say('read', 'просмотр'),
  add: say('add', 'добавление'),
  update: say('update', 'изменение'),
  delete: say('delete', 'удаление'),
  export: say('export', 'экспорт'),
  import: say('import', 'импорт'),
  move: say('move', 'перевод на стадию'),
}
