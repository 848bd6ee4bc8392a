import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { saying } from '../../schema/build.ts'

/** What routes about people stand on. */
export interface PeopleRoutes {
  db: Database
  /** Signs cursors. */
  secret: string
}

/** The id in the path. */
export const IdParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Its id.', examples: [1] }),
})

/** What the API document says of an operation about people. */
export const say = saying('People')
