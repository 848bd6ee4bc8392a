import Type from 'typebox'
import { enumOf, ref } from '../../schema/build.ts'
import { listInput } from '../lists.ts'

/** A dry run answers 0 for a new value. */
const ids = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }

/** Returns the schemas of contact details of one kind: a value in a response, one in a request, and a list in a request. */
export function communicationSchemas(name: string, kinds: readonly string[], most: number) {
  const given = inputSchema(name, kinds)
  const item = Type.Union([ref(given), Type.String({ maxLength: 500, description: 'Value of a new item.' })])
  const list = listInput(item, Type.Integer(ids), most, { $id: `${name}ListInput` })
  return { shown: itemSchema(name, kinds), given, list }
}

function itemSchema($id: string, names: readonly string[]) {
  return Type.Object(
    {
      id: Type.Integer({ ...ids, description: 'Id of the value. Use it to change or remove the value.' }),
      kind: enumOf([...names], { description: 'Use of the value, such as `work`.' }),
      value: Type.String({ maxLength: 500, description: 'Value as entered.' }),
      normalized: Type.String({
        maxLength: 1000,
        description: 'Normalized value, used to find duplicates and to filter.',
      }),
    },
    { $id, description: 'A phone number, e-mail, website or messenger.' },
  )
}

function inputSchema(name: string, names: readonly string[]) {
  return Type.Object(
    {
      id: Type.Optional(
        Type.Integer({ ...ids, description: 'Id of an existing value to keep or change. Omit it to add a new value.' }),
      ),
      kind: Type.Optional(
        enumOf([...names], { description: `Use of the value. Defaults to \`${names[0]}\` for a new value.` }),
      ),
      value: Type.Optional(Type.String({ description: 'Value. Required for a new value.', maxLength: 500 })),
      normalized: Type.Optional(
        Type.String({ maxLength: 1000, description: 'Ignored. The server derives it from `value`.' }),
      ),
    },
    {
      $id: `${name}Input`,
      additionalProperties: false,
      description: 'A new value, or changes to the existing value with this `id`.',
    },
  )
}
