import type { Action, Actor } from './actor.ts'

const features = ['stages', 'client', 'money', 'dates', 'source', 'observers', 'address', 'communications']

/** The outcomes of a request about a type that another request deletes. */
const maybeGone = ['404 type_not_found', '404 record_not_found', '404 field_not_found']

/**
 * Creates a smart process, fills it on both servers while its fields and features change, checks that nothing is lost,
 * and deletes it while both servers read and write its records.
 */
async function passType(actor: Actor): Promise<void> {
  const { random, account, client } = actor
  const code = `s${account.next++}`
  const some = () => features.filter(() => random.chance(0.5))
  const relations = random.chance(0.3) ? { parents: ['deal'] } : {}
  const made = { code, title: code, features: some(), relations }
  await client.send({ method: 'POST', path: '/v1/types', body: made }, '201')
  const [type, items] = [`/v1/types/${code}`, `/v1/types/${code}/items`]
  const field = { code: 'number', kind: 'integer', label: 'Number' }
  await client.send({ method: 'POST', path: `${type}/fields`, body: field }, '201')
  const values = Array.from({ length: 12 }, (_, index) => index)
  const create = async (value: number) => {
    const body = { title: `${code}.${value}`, userFields: { number: value } }
    return (await client.send<{ id: number }>({ method: 'POST', path: items, body }, '201')).body.id
  }
  const change = async () => {
    await client.send({ method: 'PATCH', path: type, body: { features: some(), title: `${code}!` } }, '200')
    await client.send({ method: 'POST', path: `${type}/fields`, body: { ...field, code: 'other' } }, '201')
    await client.send({ method: 'DELETE', path: `${type}/fields/other` }, '204')
    await client.send({ method: 'PATCH', path: type, body: { features: some() } }, '200')
  }
  const [ids] = await Promise.all([Promise.all(values.map(create)), change()])
  for (const server of [0, 1]) {
    const path = `${items}?fields=userFields&limit=100`
    const list = await client.send<Listed>({ method: 'GET', path, server }, '200')
    const found = list.body.data.map(({ id, userFields }) => [id, userFields.number])
    const expected = ids.map((id, index) => [id, values[index]]).sort(([a = 0], [b = 0]) => a - b)
    if (JSON.stringify(found.sort(([a = 0], [b = 0]) => a - b)) !== JSON.stringify(expected))
      throw new Error(`${code} has ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
  }
  const one = `${items}/${random.pick(ids)}`
  await Promise.all([
    client.send({ method: 'DELETE', path: `${type}?force=true` }, '204'),
    client.send({ method: 'GET', path: items, server: 0 }, '200', ...maybeGone),
    client.send({ method: 'GET', path: `${items}?q=${code}`, server: 1 }, '200', ...maybeGone),
    client.send({ method: 'PATCH', path: one, body: { comment: 'x' } }, '200', ...maybeGone),
    client.send({ method: 'POST', path: items, body: { title: 'late' } }, '201', ...maybeGone),
  ])
  for (const server of [0, 1]) await client.send({ method: 'GET', path: items, server }, '404 type_not_found')
}

interface Listed {
  data: { id: number; userFields: { number: number } }[]
}

/** Actions on record types. */
export const typeMaking: Action[] = [{ weight: 1, run: passType }]
