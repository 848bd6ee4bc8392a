import Type from 'typebox'
import { describeList } from '../lists/describe-list.ts'
import { nullable } from '../schema/build.ts'

/** A file in a response. */
export const FileDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the file. Records reference the file by this id.' }),
    name: Type.String({ description: 'File name, made safe to display and to save.', examples: ['contract.pdf'] }),
    size: Type.Integer({ description: 'Size in bytes.' }),
    contentType: Type.String({
      description: 'Media type of the download: detected from the content, or the declared type if it is harmless.',
      examples: ['application/pdf'],
    }),
    declaredType: nullable(Type.String(), { description: 'Media type that the upload declared.' }),
    sha256: Type.String({ description: 'SHA-256 of the bytes, in hexadecimal.' }),
    createdBy: Type.Integer({ description: 'Id of the user who uploaded the file.' }),
    createdAt: Type.String({ format: 'date-time', description: 'Time when the file was uploaded.' }),
    links: Type.Object(
      {
        self: Type.String({ description: 'Path of this file.' }),
        content: Type.String({ description: 'Path of its bytes.' }),
      },
      { description: 'Related paths.' },
    ),
  },
  { $id: 'StoredFile', description: 'An uploaded file.' },
)
export type FileDocument = Type.Static<typeof FileDocument>

const always = { notNull: true } as const

/** The list of files. */
export const fileList = describeList({
  name: 'files',
  item: FileDocument,
  fields: [
    { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...always },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...always },
    { code: 'size', kind: 'integer', label: { en: 'Size', ru: 'Размер' }, ...always },
    { code: 'contentType', kind: 'string', label: { en: 'Media type', ru: 'Тип содержимого' }, ...always },
    { code: 'declaredType', kind: 'string', label: { en: 'Declared media type', ru: 'Заявленный тип' } },
    { code: 'sha256', kind: 'string', label: { en: 'SHA-256', ru: 'SHA-256' }, ...always },
    { code: 'createdBy', kind: 'employee', label: { en: 'Uploaded by', ru: 'Кем загружен' }, ...always },
    { code: 'createdAt', kind: 'datetime', label: { en: 'Uploaded', ru: 'Дата загрузки' }, ...always },
  ],
  sort: '-id',
  parameters: {},
})

/** Path parameters. */
export const FileParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the file.', examples: [1] }),
})

/** Query parameters of an upload. */
export const UploadQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        maxLength: 2000,
        description: 'File name. Default: the name of the form part. Only the last part of a path is used.',
        examples: ['contract.pdf'],
      }),
    ),
  },
  { additionalProperties: false },
)

/** Headers of a download request. */
export const DownloadHeaders = Type.Object({
  range: Type.Optional(
    Type.String({ description: 'One range of bytes (RFC 9110). Other forms are ignored.', examples: ['bytes=0-1023'] }),
  ),
  'if-range': Type.Optional(
    Type.String({ description: 'Returns the range only if the ETag matches, and the whole file otherwise.' }),
  ),
  'if-none-match': Type.Optional(
    Type.String({ description: 'Returns 304 without a body if the ETag is one of these.' }),
  ),
})
