import { expect, it } from '@jest/globals'
import { fileOf, readTable } from '../../csv/files.ts'
import { exportedText } from '../../exports/exported.ts'
import type { Saved } from '../../seed.ts'
import type { Subject } from './suite.ts'

/** Describes how a field is exported and imported. */
export function describeFiles(subject: Subject): void {
  it('comes back from a raw file, and shows labels to people', async () => {
    for (const mode of ['raw', 'people'] as const) {
      const { code, path, api } = subject
      const query = `filter[lastName]=${code}&sort=firstName&fields=firstName,lastName,${path}&mode=${mode}`
      const text = await exportedText(api.call, `contacts/export?${query}`, 'ru')
      const { header, rows } = await readTable(fileOf(text))
      const cells = Object.values(subject.about.cells).map((cell) => cell[mode])
      expect(rows.map((row) => row.slice(2))).toEqual([0, 1, 2].map((place) => cells.map((cell) => cell[place] ?? '')))
      if (mode === 'raw') expect(header.slice(2)).toEqual(Object.keys(subject.about.cells).map((part) => path + part))
      if (mode === 'people' && subject.about.isReadByPeople === false) continue
      expect(await imported(subject, text)).toEqual(await present(subject, code))
    }
  })
}

async function present({ api, path }: Subject, lastName: string): Promise<unknown[]> {
  const { body } = await api.call('get', `/v1/contacts?filter[lastName]=${lastName}&sort=firstName&fields=${path}`)
  return body.data.map(({ userFields }: Saved) => userFields)
}

/** Imports the file under another last name. Returns the values of the created records and removes them. */
async function imported(subject: Subject, text: string): Promise<unknown[]> {
  const { api, code } = subject
  const lastName = `${code}_back`
  const file = text.replaceAll(new RegExp(`([;,])"?${code}"?([;,])`, 'g'), `$1${lastName}$2`)
  expect(await importedFaults(subject, file)).toEqual([])
  const values = await present(subject, lastName)
  const filter = { field: 'lastName', op: 'eq', value: lastName }
  await api.call('post', '/v1/contacts/bulk', { filter, delete: true }).expect(202)
  await api.work()
  return values
}

/** Imports a file. Returns the codes of its faults. */
export async function importedFaults({ api }: Subject, text: string): Promise<string[]> {
  const started = api.call('post', '/v1/contacts/import').set('content-type', 'text/csv')
  const { body } = await started.send(text as never).expect(202)
  await api.work()
  const { data } = (await api.call('get', `/v1/jobs/${body.id}/errors`).expect(200)).body
  return data.map((fault: { code: string }) => fault.code)
}
