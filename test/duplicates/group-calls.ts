import type { Api } from '../api.ts'
import type { JobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'

/** The path of the groups of contacts. */
export const path = '/v1/contacts/duplicates/groups'

/** A contact. */
export const ivanov = {
  firstName: 'Александр',
  lastName: 'Иванов',
  phones: [{ value: '8 945 123-45-67' }],
  emails: [{ value: 'a.ivanov@vector.example' }],
}
/** Another contact. */
export const orlova = {
  firstName: 'Ольга',
  lastName: 'Орлова',
  phones: [{ value: '8 945 765-43-21' }],
  birthDate: '1980-02-03',
}

/** Returns the calls that tests of groups repeat. */
export function groupCalls(apiOf: () => JobApi) {
  const groups = async (query = '', { call }: Pick<Api, 'call'> = apiOf()) =>
    (await call('get', `${path}${query}`).expect(200)).body
  return {
    async scan() {
      await apiOf().call('post', '/v1/contacts/duplicates/scan').expect(202)
      await apiOf().work()
    },
    async twins(fields: object, more: object = {}) {
      return [(await aContact(apiOf(), { ...fields })).id, (await aContact(apiOf(), { ...fields, ...more })).id]
    },
    groups,
    members: async (query = '', caller?: Pick<Api, 'call'>) =>
      (await groups(query, caller)).data.map(({ memberIds }: { memberIds: number[] }) => memberIds),
    /** Removes all contacts and what is known of their duplicates. */
    async clear() {
      await apiOf().pool.query(
        `delete from communication; delete from contact; delete from duplicate_dismissal;
          delete from local.duplicate_pair; delete from local.duplicate_state`,
      )
    },
  }
}
