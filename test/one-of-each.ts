import { systemTypes } from '../src/entities/types.ts'
import type { Api } from './api.ts'

/** Creates one of everything that paths lead to, each record with an external key. */
export async function oneOfEach(
  { call, pool, userId }: Api,
  schemas: Readonly<Record<string, { examples?: unknown[] }>>,
) {
  const idOf = async (path: string, body?: object) => (await call('post', path, body)).body.id as number
  const creation = systemTypes.map(async ({ plural, code }) => {
    const example = schemas[`New${code.charAt(0).toUpperCase()}${code.slice(1)}`]!.examples![0] as object
    const id = await idOf(`/v1/${plural}`, { ...example, externalIds: [{ source: 'erp', key: 'K-17' }] })
    // The second record, which the example of a merge names.
    await idOf(`/v1/${plural}`, example)
    return [plural, id] as const
  })
  const records = Object.fromEntries(await Promise.all(creation))
  await call('post', '/v1/types/contact/fields', { code: 'city', kind: 'string', label: 'City' })
  await call('post', '/v1/types', { code: 'parcel', title: 'Parcel', features: ['stages', 'duplicates', 'source'] })
  const items = await idOf('/v1/types/parcel/items', { externalIds: [{ source: 'erp', key: 'K-17' }] })
  await idOf('/v1/types/parcel/items', {})
  const mapped = [...systemTypes.map(({ path }) => path), '/types/parcel/items'].map(async (path) => [
    `mappings of /v1${path}`,
    await idOf(`/v1${path}/import/mappings`, { name: 'First', options: {} }),
  ])
  const [survivorId, other] = [
    await idOf('/v1/contacts', { lastName: 'A' }),
    await idOf('/v1/contacts', { lastName: 'B' }),
  ]
  const merges = await idOf('/v1/contacts/merge', { survivorId, ids: [other] })
  const searched = ['/leads', '/contacts', '/companies', '/types/parcel/items']
  const grouped = searched.map(async (path) => await groupsOf({ call }, `/v1${path}`))
  const entries = ['NORTH', 'SOUTH'].map((code) => ({ code, label: code }))
  await call('post', '/v1/dictionaries', { code: 'REGION', name: 'Region', entries })
  for (const code of ['USD', 'EUR', 'CNY'])
    await call('put', `/v1/currencies/${code}/rates/2026-01-31`, { amount: '90' })
  const stages = [
    ...['NEW', 'EXECUTING'].map((id) => ({ id, name: id })),
    { id: 'WON', name: 'Won', semantic: 'success' },
    { id: 'LOSE', name: 'Lost', semantic: 'failure' },
  ]
  const gone = await idOf('/v1/contacts', { lastName: 'Losev' })
  await call('delete', `/v1/contacts/${gone}`)
  const file = await call('post', '/v1/files?name=a.txt').set('content-type', 'text/plain').send('text')
  const { body: attached } = await call('post', '/v1/files?name=b.txt').set('content-type', 'text/plain').send('text')
  for (const [plural, id] of Object.entries({ ...records, 'types/parcel/items': items })) {
    await call('post', `/v1/${plural}/${id}/files`, { files: [{ id: attached.id }] })
  }
  const jobs = await idOf('/v1/contacts/bulk', { ids: [gone], set: { opened: false } })
  await call('get', `/v1/jobs/${jobs}?wait=30`)
  const imported = await call('post', '/v1/contacts/import').set('content-type', 'text/csv').send('lastName\nLosev')
  // No worker knows this type of job.
  const jobThat = async (status: string) => {
    const insert = `insert into local.job (type, status, created_by) values ('example', $2, $1) returning id`
    return (await pool.query<{ id: number }>(insert, [userId, status])).rows[0]!.id
  }
  const report = { report: 'query', parameters: { type: 'deal', measures: [{ fn: 'count' }] } }
  const exported = await idOf('/v1/contacts/export', {})
  await call('get', `/v1/jobs/${exported}?wait=30`)
  const conversion = await idOf('/v1/leads', {})
  await call('post', `/v1/leads/${conversion}/convert`, { deal: true })
  return {
    ...Object.fromEntries([...(await Promise.all(mapped)), ...(await Promise.all(grouped)).flat()]),
    ...{ ...records, conversion, merges, roles: 1 },
    ...{
      'recycle-bin': `C_${gone}`,
      users: userId,
      files: file.body.id as number,
      fileId: attached.id as number,
      jobs,
    },
    ...{ file: exported, link: (await call('post', `/v1/jobs/${exported}/file/link`)).body.url.split('/').at(-1) },
    ...{ cancel: await jobThat('paused'), pause: await jobThat('queued'), resume: await jobThat('paused') },
    'errors.csv': imported.body.id as number,
    pipelines: await idOf('/v1/types/deal/pipelines', { name: 'Short', stages }),
    'api-keys': await idOf('/v1/api-keys', { name: 'Shop' }),
    'sales-plans': await idOf('/v1/sales-plans', { month: '2026-10', type: 'deal', amount: '1', currency: 'RUB' }),
    'saved-reports': await idOf('/v1/analytics/saved-reports', { name: 'Sources', ...report }),
    dashboards: await idOf('/v1/analytics/dashboards', { name: 'Sales', tiles: [report] }),
    groups: await idOf('/v1/groups', { name: 'Sales' }),
    departments: await idOf('/v1/departments', { name: 'Sales' }),
    items,
  }
}

/** Creates records that are alike, searches for duplicates and returns the ids of an open and of a dismissed group. */
async function groupsOf({ call }: Pick<Api, 'call'>, path: string): Promise<[string, number][]> {
  const twins = async (name: string, phone: string) => {
    const named = /items|companies/.test(path) ? { title: name } : { firstName: 'Odile', lastName: name }
    const reached = path.endsWith('items') ? {} : { phones: [{ value: phone }] }
    const { body: first } = await call('post', path, { ...named, ...reached })
    await call('post', path, { ...named, ...reached })
    return first.id as number
  }
  const [open, dismissed] = [await twins('Lumineux', '+7 945 300-20-10'), await twins('Bergeron', '+7 945 811-47-62')]
  const { body: job } = await call('post', `${path}/duplicates/scan`)
  await call('get', `/v1/jobs/${job.id}?wait=30`)
  await call('post', `${path}/duplicates/groups/${dismissed}/dismiss`)
  return [
    [`groups of ${path}`, open],
    [`reopen of ${path}`, dismissed],
  ]
}

/** Returns a value for a path parameter: what was created, or what every instance has. */
export function placeIn(there: Readonly<Record<string, number | string>>, path: string, name: string): string {
  const special = /\/(saved-reports|dashboards|pipelines|cancel|pause|resume|errors\.csv|conversion|items|file)\b/.exec(
    path,
  )?.[1]
  const [, records = '', kind = ''] = /^(.*?)\/\w+\/(?:groups\/.*)?(mappings|groups|reopen)\b/.exec(path) ?? []
  const found = name === 'id' && there[`${kind} of ${records.replace('{code}', 'parcel')}`]
  if (found) return String(found)
  if (name === 'id') return String(there[special ?? path.split('/')[2]!])
  const codes = { dictionaries: 'REGION', currencies: 'CNY', pipelines: 'deal', plans: 'default' }
  const smart = /types\/\{code\}(?:$|\/items)/.test(path) ? 'parcel' : 'contact'
  const code = Object.entries(codes).find(([area]) => path.includes(`/${area}`))?.[1] ?? smart
  const places = { field: 'city', source: 'erp', key: 'K-17', stage: 'EXECUTING', entry: 'NORTH', report: 'deals' }
  return String({ ...there, ...places, code, date: '2026-01-31' }[name])
}
