import { comparingOf } from '../../src/duplicates/comparing.ts'
import { keysOfValues } from '../../src/duplicates/keys.ts'
import { readCompared } from '../../src/duplicates/read-compared.ts'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { storedRecords } from '../../src/records/query/record-query.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import type { Api } from '../api.ts'

/** Returns the access of the server itself. */
export async function serverAccess({ db }: Pick<Api, 'db'>) {
  return await new AccessMaker(db, new CatalogueCache(db, systemTypes)).system(db)
}

/** Returns the records of a type whose stored keys differ from those of their present values, and how many were compared. */
export async function wrongKeys(api: Pick<Api, 'db' | 'pool'>, typeCode: string) {
  const grant = (await serverAccess(api)).linked(typeCode)
  const comparing = comparingOf(grant.type)
  const records = await readCompared(api.db, grant, comparing, storedRecords(grant))
  const { rows } = await api.pool.query(`select id, duplicate_keys as keys from "${grant.type.table}"`)
  const stored = new Map(rows.map(({ id, keys }) => [Number(id), keys]))
  const wrong = records.filter(
    ({ state, prepared }) => JSON.stringify(stored.get(prepared.id)) !== JSON.stringify(keysOfValues(comparing, state)),
  )
  return { wrong: wrong.map(({ prepared }) => prepared.id), compared: records.length }
}

/** Returns the stored keys of a record. */
export async function keysOf({ pool }: Pick<Api, 'pool'>, table: string, id: number): Promise<number[]> {
  const { rows } = await pool.query(`select duplicate_keys as keys from "${table}" where id = $1`, [id])
  return rows[0].keys
}
