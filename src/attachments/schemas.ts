import Type from 'typebox'
import { mostAttachments } from '../entities/attachments.ts'
import { fileItem, mostFiles } from '../fields/kinds/file-kind.ts'
import { FileDocument } from '../files/schemas.ts'
import { describeList } from '../lists/describe-list.ts'
import { IdParams } from '../records/api/requests.ts'
import { bytes, checkedAs, ref } from '../schema/build.ts'

const { id, name, size, contentType, createdBy, createdAt, links } = FileDocument.properties

/** A file that is attached to a record. */
export const AttachedFile = Type.Object(
  {
    ...{ id, name, size, contentType, createdBy, createdAt },
    attachedBy: Type.Integer({ description: 'Id of the user who attached the file to the record.' }),
    attachedAt: Type.String({ format: 'date-time', description: 'Time when the file was attached.' }),
    links,
  },
  { $id: 'AttachedFile', description: 'A file that is attached to a record.' },
)
export type AttachedFile = Type.Static<typeof AttachedFile>

const always = { notNull: true } as const

/** The list of the files of a record. */
export const attachmentList = describeList({
  name: 'attachments',
  item: AttachedFile,
  fields: [
    { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...always },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...always },
    { code: 'size', kind: 'integer', label: { en: 'Size', ru: 'Размер' }, ...always },
    { code: 'contentType', kind: 'string', label: { en: 'Media type', ru: 'Тип содержимого' }, ...always },
    { code: 'createdBy', kind: 'employee', label: { en: 'Uploaded by', ru: 'Кем загружен' }, ...always },
    { code: 'createdAt', kind: 'datetime', label: { en: 'Uploaded', ru: 'Дата загрузки' }, ...always },
    { code: 'attachedBy', kind: 'employee', label: { en: 'Attached by', ru: 'Кем прикреплён' }, ...always },
    { code: 'attachedAt', kind: 'datetime', label: { en: 'Attached', ru: 'Дата прикрепления' }, ...always },
  ],
  sort: '-attachedAt,-id',
  parameters: {},
})

/** The files that a request attached. */
export const AttachedFiles = Type.Object(
  { data: Type.Array(ref(AttachedFile), { description: 'The files, in the order of the request.' }) },
  { $id: 'AttachedFiles', description: 'Files that are attached to a record.' },
)

const filesAtOnce = { minItems: 1, maxItems: mostFiles }

/** A request to attach files. */
export const FilesToAttach = Type.Object(
  {
    files: Type.Array(fileItem, {
      ...filesAtOnce,
      description: `Uploaded files. A record can have at most ${mostAttachments} attached files.`,
    }),
  },
  {
    // The kind of field reads the items.
    ...checkedAs(Type.Object({ files: Type.Array(Type.Unknown(), filesAtOnce) }, { additionalProperties: false })),
    $id: 'FilesToAttach',
    additionalProperties: false,
    description: 'Uploaded files to attach to a record.',
    examples: [{ files: [1] }],
  },
)
export type FilesToAttach = Type.Static<typeof FilesToAttach>

/** A form with a file to upload and to attach. */
export const FileForm = Type.Object({ file: bytes('The bytes of the file.') }, { additionalProperties: false })

/** The named schemas of attached files. */
export const attachmentSchemas = [AttachedFile, ...attachmentList.schemas, AttachedFiles, FilesToAttach]

/** The ids of a record and of a file in the path. */
export const AttachmentParams = Type.Object({
  ...IdParams.properties,
  fileId: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the file.', examples: [1] }),
})
