import type { Labels, Language } from './language.ts'

const say = (en: string, ru: string): Labels => ({ en, ru })

/** The words that messages use for codes, by placeholder and code. */
export const words: Readonly<Record<string, Readonly<Record<string, Labels>>>> = {
  type: {
    lead: say('lead', 'Лид'),
    deal: say('deal', 'Сделка'),
    contact: say('contact', 'Контакт'),
    company: say('company', 'Компания'),
    quote: say('quote', 'Предложение'),
    invoice: say('invoice', 'Счёт'),
    user: say('user', 'Пользователь'),
    department: say('department', 'Отдел'),
    file: say('file', 'Файл'),
  },
  operation: {
    read: say('read', 'просмотр'),
    add: say('add', 'добавление'),
    update: say('update', 'изменение'),
    delete: say('delete', 'удаление'),
    export: say('export', 'экспорт'),
    import: say('import', 'импорт'),
    automation: say('automation', 'автоматизация'),
    move: say('move', 'перевод на стадию'),
  },
  status: {
    queued: say('queued', 'в очереди'),
    running: say('running', 'выполняется'),
    paused: say('paused', 'приостановлено'),
    completed: say('completed', 'выполнено'),
    completedWithErrors: say('completed with errors', 'выполнено с ошибками'),
    failed: say('failed', 'не удалось'),
    cancelled: say('cancelled', 'отменено'),
  },
}

/** Returns the word for a code, or the code itself when it has none, for example codes that users created. */
export function wordFor(placeholder: string, code: string, language: Language): string {
  return words[placeholder]?.[code]?.[language] ?? code
}
