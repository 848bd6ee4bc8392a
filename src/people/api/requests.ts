import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import type { Cursors } from '../../http/cursors.ts'
import { describeOperations } from '../../schema/build.ts'

/** The context of the user and key routes. */
export interface PeopleRoutes {
  db: Database
  cursors: Cursors
}

/** Path parameters. */
export const IdParams = Type.Object({
  id: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Id of the user or key.',
    examples: [1],
  }),
})

/** Describes an operation under the tag `People`. */
export const say = describeOperations('People')
