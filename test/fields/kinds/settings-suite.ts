import { expect, it } from '@jest/globals'
import { kinds } from '../../../src/fields/kinds/kinds.ts'
import { importedFaults } from './csv-suite.ts'
import { aField, aValue, refuses, type Subject } from './suite.ts'

const fields = '/v1/types/contact/fields'

/** Describes the settings of a field: defaults, limits, and changes of limits. */
export function describeSettings(subject: Subject): void {
  it('has a test of each of its settings', () => {
    const { kind } = subject.row
    const { defaults = [], violations } = subject.about
    const tested = [
      ...(defaults.length ? ['default'] : []),
      ...violations.flatMap(({ settings }) => Object.keys(settings)),
    ]
    expect(new Set(tested)).toEqual(new Set(kinds[kind].settings))
  })

  it('fills new records with its default', async () => {
    const { api, about, row } = subject
    for (const [index, { given, shown = given }] of (about.defaults ?? []).entries()) {
      const code = `${subject.code}_d${index}`
      expect((await aField(subject, code, { default: given })).status).toBe(201)
      const { body } = await api.call('post', '/v1/contacts', { lastName: 'Default' }).expect(201)
      expect(body.userFields[code]).toEqual(shown instanceof RegExp ? expect.stringMatching(shown) : shown)
      expect((await aValue(subject, code, 'Default', null)).body.userFields[code]).toBeNull()
      await api.call('delete', `${fields}/${code}`).expect(204)
    }
    if (row.kind !== 'enumeration') return
    const options = [{ code: 'a', label: 'A', default: true }]
    const code = `${subject.code}_d`
    await api
      .call('post', fields, { ...{ code, kind: row.kind, multiple: row.multiple }, label: 'x', options })
      .expect(201)
    const { body } = await api.call('post', '/v1/contacts', { lastName: 'Default' }).expect(201)
    expect(body.userFields[code]).toEqual(row.multiple ? ['a'] : 'a')
    await api.call('delete', `${fields}/${code}`).expect(204)
  })

  it('refuses values outside its limits on every way in, and a default outside them', async () => {
    const { api, about, row } = subject
    for (const [index, violation] of about.violations.entries()) {
      const { settings, value, cell, code: fault, codeInFile = fault, at = '' } = violation
      const code = `${subject.code}_v${index}`
      expect((await aField(subject, code, settings)).status).toBe(201)
      await refuses(subject, code, { value, code: fault, at })
      expect(await importedFaults(subject, `lastName;userFields.${code}\nImported;"${cell}"\n`)).toEqual([codeInFile])
      await api.call('delete', `${fields}/${code}`).expect(204)
      if (!kinds[row.kind].settings.includes('default' as never)) continue
      const refused = await aField(subject, code, { ...settings, default: value })
      expect(refused.status).toBe(422)
      expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: `/settings/default${at}`, code: fault })])
    }
  })

  it('keeps stored values when its limits change, and tells before how many break them', async () => {
    const { api, about } = subject
    for (const [index, { settings, value, code: fault, at = '' }] of about.violations.entries()) {
      const code = `${subject.code}_c${index}`
      expect((await aField(subject, code)).status).toBe(201)
      const { body: stored } = await aValue(subject, code, 'Stored', value)
      const change = { settings }
      const dry = await api.call('patch', `${fields}/${code}?dryRun=true`, change).expect(200)
      expect(dry.body.violations).toEqual({ records: 1, complete: true, ids: [stored.id] })
      expect((await aValue(subject, code, 'Stored', value)).status).toBe(201)
      const made = await api.call('patch', `${fields}/${code}`, change).expect(200)
      expect(made.body).toMatchObject({ settings: dry.body.settings })
      expect(made.body.violations).toBeUndefined()
      const { body } = await api
        .call('patch', `/v1/contacts/${stored.id}`, { position: 'Other', userFields: stored.userFields })
        .expect(200)
      expect(body).toEqual({ ...stored, position: 'Other', version: 2, updatedAt: body.updatedAt })
      await refuses(subject, code, { value, code: fault, at })
      const nothing = Object.fromEntries(
        Object.keys(settings).map((name) => [name, about.field?.settings?.[name as never] ?? null]),
      )
      await api.call('patch', `${fields}/${code}`, { settings: nothing }).expect(200)
      expect((await aValue(subject, code, 'Stored', value)).status).toBe(201)
      await api.call('delete', `${fields}/${code}`).expect(204)
    }
  })
}
