import { problemOf, say } from '../errors/code-text.ts'

/** The problems of attached files. */
// biome-ignore format: a table is read by rows
export const attachmentProblems = {
  file_not_attached: problemOf(404, 'File not attached', 'Файл не прикреплён',
    'The file {fileId} is not attached to the record {id}.', 'Файл {fileId} не прикреплён к записи {id}.'),
}

/** The faults of attached files. */
// biome-ignore format: a table is read by rows
export const attachmentFaults = {
  too_many_attachments: say('At most {limit} files can be attached to a record.', 'К записи можно прикрепить не больше {limit} файлов.'),
}
