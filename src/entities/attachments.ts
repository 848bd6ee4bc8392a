import { fieldsOf } from './system-fields.ts'

/** The most files that can be attached to a record. */
export const mostAttachments = 1000

/**
 * How the history names the files that are attached to a record. They are no field of the record, so an entry has only
 * the files that were detached (old) and attached (new).
 */
export const attachmentsField = fieldsOf(0, [
  {
    code: 'files',
    kind: 'file',
    multiple: true,
    label: { en: 'Attached files', ru: 'Прикреплённые файлы' },
    notNull: true,
  },
])[0]!
