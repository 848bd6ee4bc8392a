import { systemTypes } from '../../../src/entities/types.ts'
import { attach } from '../../attachments/attached.ts'
import { aFile } from '../../files/stored.ts'
import type { JobApi } from '../../jobs.ts'
import { type Company, hiddenFieldsOf } from './company.ts'
import type { Kind } from './worlds.ts'

/** Changes what Anna does not see. Records that she sees are changed as often in every world. */
export async function hide(api: JobApi, kind: Kind, company: Company): Promise<void> {
  const isOther = kind === 'other'
  const name = isOther ? 'other.txt' : 'paper.txt'
  const papers = [await aFile(api, name, name), await aFile(api, 'spare', 'spare.txt')]
  for (const [plural, ids] of Object.entries(company.seen)) {
    const { code } = systemTypes.find((type) => type.plural === plural)!
    const fields = new Set(hiddenFieldsOf(code).map((field) => field.code))
    const operations = ids.slice(0, -1).flatMap((id, index) => {
      const values = Object.entries(hiddenValues(index, isOther, papers))
      const userFields = Object.fromEntries(values.filter(([field]) => fields.has(field)))
      const more = { score: 100 - index, secret: isOther ? null : 'fox' }
      return [userFields, ...(index % 2 ? [more] : [])].map((data) => ({
        op: 'update',
        id,
        data: { userFields: data },
      }))
    })
    await batch(api, plural, operations)
  }
  if (isOther) {
    await changeUnseen(api, company)
    for (const [plural, ids] of Object.entries(company.unseen)) {
      // The last one is in the recycle bin.
      for (const id of ids.slice(0, -1)) await attach(api, `${plural}/${id}`, ...papers)
    }
  }
  if (kind === 'without') await removeHidden(api, company)
}

function hiddenValues(index: number, isOther: boolean, papers: readonly { id: number }[]) {
  const isFilled = index % 3 > 0
  return {
    secret: isOther ? `mole ${index % 4}` : `fox ${index % 5}`,
    margin: isOther ? String(90 - index) : String(index),
    verdict: isFilled === isOther ? 'good' : 'bad',
    clues: isFilled ? [isOther ? 'glove' : 'boot', 'both'] : [],
    paper: isFilled === isOther ? { id: papers[index % 2]!.id } : null,
    due: isOther ? '2026-07-01' : null,
    urgent: isOther ? index % 2 === 0 : true,
  }
}

async function changeUnseen(api: JobApi, { unseen }: Company) {
  for (const [plural, ids] of Object.entries(unseen)) {
    const operations = ids.map((id, index) => {
      const name = plural === 'contacts' ? { lastName: `Mole ${index}` } : { title: `Mole ${index}` }
      const keys = { externalIds: [{ source: 'mole', key: `${plural}-${index}` }] }
      const userFields = { city: 'Molino', score: index, grade: 'a' }
      return { op: 'update', id, data: { ...name, ...keys, comment: 'mole', opened: false, userFields } }
    })
    await batch(api, plural, operations)
  }
}

async function removeHidden(api: JobApi, { lone }: Company) {
  for (const [plural, ids] of Object.entries(lone)) {
    const { prefix } = systemTypes.find((type) => type.plural === plural)!
    await batch(
      api,
      plural,
      ids.map((id) => ({ op: 'delete', id })),
    )
    for (const id of ids) await api.call('delete', `/v1/recycle-bin/${prefix}_${id}`).expect(204)
  }
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const path = `/v1/types/deal/pipelines/${body.data[0].id}/stages/EXECUTING`
  await api.call('patch', path, { requiredFields: ['userFields.city'] }).expect(200)
  const pairs = [{ from: 'userFields.city', to: 'userFields.city' }]
  await api.call('put', '/v1/leads/conversion-map', { deal: pairs, contact: pairs, company: pairs }).expect(200)
  for (const { code } of systemTypes) {
    for (const field of hiddenFieldsOf(code))
      await api.call('delete', `/v1/types/${code}/fields/${field.code}`).expect(204)
  }
}

/** Changes records. Those that are deleted already stay as they are. */
async function batch(api: JobApi, plural: string, operations: object[]) {
  if (!operations.length) return
  const { status, body } = await api.call('post', `/v1/${plural}/batch`, { atomic: false, operations })
  const failed = body.results?.filter((result: { status: number }) => ![200, 204, 404].includes(result.status))
  if (![200, 207].includes(status) || failed.length) throw new Error(`${plural}: ${JSON.stringify(failed ?? body)}`)
}
