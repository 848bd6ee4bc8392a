import { aUser } from '../../api.ts'
import { aFile, fileReference } from '../../files/stored.ts'
import type { JobApi } from '../../jobs.ts'
import { aCompany, aContact } from '../../seed.ts'
import type { Ground } from './kind-row.ts'

/** Creates what values refer to. */
export async function aGround(api: JobApi): Promise<Ground> {
  const [first, second] = [await aUser(api.db, { lastName: 'First' }), await aUser(api.db, { lastName: 'Second' })]
  const [text, other] = [await aFile(api, 'one', 'a "b".txt'), await aFile(api, 'two', 'б.pdf')]
  const [vector, stream] = [await aCompany(api, { title: 'Vector' }), await aCompany(api, { title: 'Поток' })]
  const [ivan, anna] = [await aContact(api), await aContact(api, { firstName: 'Anna' })]
  return {
    api,
    users: [first.userId, second.userId],
    files: [fileReference(text), fileReference(other)],
    companies: [vector.id, stream.id],
    contacts: [ivan.id, anna.id],
  }
}
