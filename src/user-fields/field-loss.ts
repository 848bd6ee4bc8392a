import pMap from 'p-map'
import Type, { type Static } from 'typebox'
import { type Database, parallelOptions } from '../database/connect.ts'
import type { Labels } from '../errors/language.ts'
import type { FieldUses, UsedField } from '../fields/field-use.ts'
import { Label } from '../http/labels.ts'
import { ref } from '../schema/build.ts'
import { countFilled, type UsageScope } from './field-usage.ts'
import type { UserField } from './visibility.ts'

/** The effect of deleting a user field. */
export const FieldLoss = Type.Object(
  {
    records: Type.Integer({ description: 'Number of records that would lose a value.' }),
    uses: Type.Array(
      Type.Object({
        kind: Type.String({
          description:
            'Kind of the place: `visibility` (who sees the field), `card`, `stage` (a stage that requires it), `conversionMap` and others.',
          examples: ['stage'],
        }),
        path: Type.String({
          description: 'Path where the use can be read and changed.',
          examples: ['/v1/types/deal/pipelines/3/stages/WON'],
        }),
        name: ref(Label),
      }),
      { description: 'Places that use the field. Deleting the field removes it from them.' },
    ),
  },
  { $id: 'FieldLoss', description: 'Effect of deleting a user field.' },
)

/** Returns what the deletion of a field would remove. */
export async function lossOf(
  db: Database,
  using: UsageScope,
  field: UserField & UsedField,
  { uses, text }: { uses: readonly FieldUses[]; text(labels: Labels): string | Labels },
): Promise<Static<typeof FieldLoss>> {
  const places = async ({ kind, find }: FieldUses) =>
    (await find(db, field)).map(({ path, name }) => ({ kind, path, name: text(name) }))
  const found = await pMap(uses, places, parallelOptions)
  return { records: await countFilled(db, using, field), uses: found.flat() }
}
