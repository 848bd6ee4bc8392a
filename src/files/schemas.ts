import Type from 'typebox'
import { nullable } from '../schema/build.ts'

/** A file, as answered. */
export const FileDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the file; records name it by this.' }),
    name: Type.String({ description: 'Its name, made safe to show and to save.', examples: ['contract.pdf'] }),
    size: Type.Integer({ description: 'Its size in bytes.' }),
    contentType: Type.String({
      description: 'The media type that it is downloaded as: what the bytes show, or what was said and does no harm.',
      examples: ['application/pdf'],
    }),
    declaredType: nullable(Type.String(), { description: 'The media type that the upload said it had.' }),
    sha256: Type.String({ description: 'SHA-256 of the bytes, in hexadecimal.' }),
    createdBy: Type.Integer({ description: 'The user who uploaded it.' }),
    createdAt: Type.String({ format: 'date-time', description: 'When it was uploaded.' }),
    links: Type.Object(
      {
        self: Type.String({ description: 'Where this is answered.' }),
        content: Type.String({ description: 'Where the bytes are.' }),
      },
      { description: 'Where to ask on.' },
    ),
  },
  { $id: 'StoredFile', description: 'A file that was uploaded.' },
)
export type FileDocument = Type.Static<typeof FileDocument>

/** The schemas of these routes. */
export const fileSchemas = [FileDocument]

/** The id in the path. */
export const FileParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the file.', examples: [1] }),
})

/** How an upload may be told about. */
export const UploadQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        maxLength: 2000,
        description: 'Name of the file; in a form that of the part when left out. Only the last part of a path counts.',
        examples: ['contract.pdf'],
      }),
    ),
  },
  { additionalProperties: false },
)

/** What a download may ask for. */
export const DownloadHeaders = Type.Object({
  range: Type.Optional(Type.String({ description: 'One range of bytes (RFC 9110).', examples: ['bytes=0-1023'] })),
  'if-range': Type.Optional(Type.String({ description: 'The range is answered only while the ETag is this one.' })),
  'if-none-match': Type.Optional(Type.String({ description: 'Nothing is answered while the ETag is one of these.' })),
})
