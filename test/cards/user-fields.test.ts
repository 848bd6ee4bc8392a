import { describe, expect, it } from '@jest/globals'
import { deal, layoutOf, put, withCards } from './layouts.ts'

const { api, anna, zimina, get, aField } = withCards()

describe('A user field', () => {
  it('joins the common cards and the built-in one, unless it is told not to', async () => {
    await put(api.call, 'common', { main: ['title'], last: ['amount'] }).expect(200)
    await put(anna.call, 'personal', { mine: ['amount'] }).expect(200)
    await aField('joined')
    await aField('apart', { inCard: false })
    expect(layoutOf(await get())).toEqual({ main: ['title'], last: ['amount', 'userFields.joined'] })
    expect(layoutOf(await get(anna.call))).toEqual({ mine: ['amount'] })
    await api.call('delete', `${deal}?scope=common`).expect(204)
    const { more } = layoutOf(await get())
    expect(more).toContain('userFields.joined')
    expect(more).not.toContain('userFields.apart')
    // A card can name it.
    await put(api.call, 'common', { main: ['userFields.apart'] }).expect(200)
    expect(layoutOf(await get())).toEqual({ main: ['userFields.apart'] })
  })

  it('leaves the cards when it is deleted, and does not come back with its code', async () => {
    await put(api.call, 'common', { main: ['title', 'userFields.apart'] }).expect(200)
    await api.call('delete', '/v1/types/deal/fields/apart').expect(204)
    expect(layoutOf(await get())).toEqual({ main: ['title'] })
    await aField('apart', { inCard: false })
    expect(layoutOf(await get())).toEqual({ main: ['title'] })
  })

  it('is refused or left out when it is deleted while a card is saved with it', async () => {
    const outcomes = new Set<string>()
    for (let round = 0; round < 15; round++) {
      const code = `round${round}`
      await aField(code)
      const [saved, deleted] = await Promise.all([
        put(api.call, 'common', { main: ['title', `userFields.${code}`] }),
        api.call('delete', `/v1/types/deal/fields/${code}`),
      ])
      expect(deleted.status).toBe(204)
      outcomes.add(`${saved.status} ${saved.body.errors?.[0].code}`)
      expect(JSON.stringify(await get())).not.toContain(code)
    }
    expect(['200 undefined', '422 unknown_field']).toEqual(expect.arrayContaining([...outcomes]))
  })
})

describe('A field that the caller does not see', () => {
  it('is not in the card', async () => {
    await put(api.call, 'common', { main: ['title', 'userFields.margin'], secret: ['userFields.margin2'] }).expect(422)
    await put(api.call, 'common', { main: ['title', 'userFields.margin'] }).expect(200)
    for (const { call } of [anna, zimina]) {
      const card = await get(call)
      expect(layoutOf(card)).toEqual({ main: ['title'] })
      expect(JSON.stringify(card)).not.toContain('margin')
    }
    expect(layoutOf(await get())).toEqual({ main: ['title', 'userFields.margin'] })
    expect(JSON.stringify(await get(anna.call, `${deal}?scope=builtin`))).not.toContain('margin')
  })

  it('stays in the card that the caller replaces', async () => {
    await put(api.call, 'common', { main: ['userFields.margin', 'title'], more: ['amount'] }).expect(200)
    const replaced = await put(zimina.call, 'common', { main: ['title', 'amount'] }).expect(200)
    expect(JSON.stringify(replaced.body)).not.toContain('margin')
    expect(layoutOf(await get())).toEqual({ main: ['title', 'amount', 'userFields.margin'] })
    await put(zimina.call, 'common', { first: ['title'], last: ['amount'] }).expect(200)
    expect(layoutOf(await get())).toEqual({ first: ['title'], last: ['amount', 'userFields.margin'] })
  })

  it('stays in a personal card, and comes back with the right to see it', async () => {
    const visibility = '/v1/types/deal/fields/margin/visibility'
    await api.call('put', visibility, { restricted: true, userIds: [anna.userId] }).expect(200)
    await put(anna.call, 'personal', { main: ['title', 'userFields.margin'] }).expect(200)
    await api.call('put', visibility, { restricted: true }).expect(200)
    await put(anna.call, 'personal', { main: ['amount'] }).expect(200)
    expect(layoutOf(await get(anna.call))).toEqual({ main: ['amount'] })
    await api.call('put', visibility, { restricted: true, userIds: [anna.userId] }).expect(200)
    expect(layoutOf(await get(anna.call))).toEqual({ main: ['amount', 'userFields.margin'] })
    await api.call('put', visibility, { restricted: true }).expect(200)
  })

  it('is refused like one that does not exist', async () => {
    const [hidden, missing] = [
      await put(anna.call, 'personal', { main: ['userFields.margin'] }).expect(422),
      await put(anna.call, 'personal', { main: ['userFields.margim'] }).expect(422),
    ]
    const told = (body: object) => JSON.stringify(body).replaceAll(/margi[nm]|"traceId":"\w+"/g, '')
    expect(told(hidden.body)).toBe(told(missing.body))
  })
})
