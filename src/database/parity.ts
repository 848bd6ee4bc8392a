import { sql } from 'kysely'
import type { Database } from './connect.ts'

/** The parity of all ids. The first start sets it for good. */
export type Parity = 'odd' | 'even'

/** ID_PARITY differs from the parity of the database. */
export class ParityMismatch extends Error {
  constructor(stored: Parity, wanted: Parity) {
    super(
      `ID_PARITY is ${wanted}, but the parity of this database is ${stored}. It was set when the database was created ` +
        `and cannot be changed, because another site uses the other parity. Unset ID_PARITY or set it to ${stored}.`,
    )
  }
}

/** Sets the parity of a new database. Throws ParityMismatch when the database has another parity. */
export async function fixParity(db: Database, wanted: Parity | undefined): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Every server must use the same key.
    await sql`select pg_advisory_xact_lock(hashtext('kartoteka instance'))`.execute(trx)
    await sql`create schema if not exists local`.execute(trx)
    await sql`create table if not exists local.instance (
      singleton boolean primary key default true check (singleton),
      parity text not null check (parity in ('odd', 'even')),
      secret text not null default md5(random()::text) || gen_random_uuid() || gen_random_uuid(),
      created_at timestamptz not null default now()
    )`.execute(trx)
    await sql`insert into local.instance (parity) values (${wanted ?? 'odd'}) on conflict do nothing`.execute(trx)
    const { rows } = await sql<{ parity: Parity }>`select parity from local.instance`.execute(trx)
    const stored = rows[0]!.parity
    if (wanted && wanted !== stored) throw new ParityMismatch(stored, wanted)
  })
}
