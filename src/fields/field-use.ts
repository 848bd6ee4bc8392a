import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Labels } from '../errors/language.ts'
import type { Field } from './field.ts'

/** A user field and the code of its record type. */
export type UsedField = Pick<Field, 'key' | 'code' | 'typeId'> & { userFieldId: number; typeCode: string }

/** A place where a user field is used: where it can be read and changed, and its name. */
export interface FieldUse {
  path: string
  name: Labels
}

/** The places of one kind that can use a user field. Every capability that refers to fields provides one. */
export interface FieldUses {
  /** The name of the kind in responses. */
  kind: string
  find(db: Database, field: UsedField): Promise<FieldUse[]>
  /** Removes the field from these places. Missing if they are deleted with the field. */
  forget?(trx: Transaction, field: UsedField): Promise<void>
}
