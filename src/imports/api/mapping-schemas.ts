import Type from 'typebox'
import { listOf } from '../../http/lists.ts'
import { ref } from '../../schema/build.ts'
import { ImportOptionsPart } from './options.ts'

const name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  description: 'Name of the mapping. Each name occurs once per record type.',
  examples: ['Monthly export of the shop'],
})
const options = { ...ref(ImportOptionsPart), description: 'The options of imports that use the mapping.' }

/** A mapping in a request. */
export const SavedMappingInput = Type.Object(
  { name, options },
  {
    $id: 'SavedMappingInput',
    additionalProperties: false,
    description: 'Options of imports, saved by name.',
    examples: [{ name: 'Monthly export of the shop', options: { dateFormat: 'mm/dd/yyyy', country: 'RU' } }],
  },
)

/** A saved mapping in a response. */
export const SavedMappingDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the mapping. Imports use it with `savedMapping`.' }),
    name,
    options,
    createdBy: Type.Integer({
      description: 'Id of the user who saved it. Only this user and administrators can change it.',
    }),
    createdAt: Type.String({ format: 'date-time', description: 'Time of creation.' }),
    updatedAt: Type.String({ format: 'date-time', description: 'Time of the last change.' }),
  },
  { $id: 'SavedMapping', description: 'Options of imports, saved by name.' },
)

/** All saved mappings of a type in a response. */
export const SavedMappingList = listOf(SavedMappingDocument, 'SavedMappingList')

/** Schemas of saved mappings. */
export const mappingSchemas = [SavedMappingInput, SavedMappingDocument, SavedMappingList]
