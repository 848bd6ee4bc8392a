import type { Database } from './connect.ts'

/** Returns the secret of this instance. All its servers share it. */
export async function instanceSecret(db: Database): Promise<string> {
  const { secret } = await db.selectFrom('local.instance').select('secret').executeTakeFirstOrThrow()
  return secret
}
