import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { Type } from 'typebox'
import type { App } from '../../src/http/foundation.ts'
import { enumOf, nullable, ref } from '../../src/schema/build.ts'
import { exampleApp } from './example-app.ts'

const strict = { additionalProperties: false }
const create = () => ({ op: Type.Literal('create'), data: Type.Object({ title: Type.String() }, strict) })
const remove = () => ({ op: Type.Literal('delete'), id: Type.Integer() })
const Create = Type.Object(create(), { ...strict, $id: 'Create' })
const Delete = Type.Object(remove(), { ...strict, $id: 'Delete' })

let app: App

beforeAll(async () => {
  app = await exampleApp({}, (server) => {
    server.addSchema(Create)
    server.addSchema(Delete)
    const one = Type.Union([Type.Object(create(), strict), Type.Object(remove(), strict)])
    server.post('/inline', { schema: { body: Type.Array(one) } }, async () => 'ok')
    server.post('/ref', { schema: { body: Type.Array(Type.Union([ref(Create), ref(Delete)])) } }, async () => 'ok')
    server.post('/create', { schema: { body: Create } }, async () => 'ok')
    const body = Type.Object({
      letter: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()])),
      colour: Type.Optional(nullable(enumOf(['red', 'green']))),
      day: Type.Optional(Type.Union([Type.String({ format: 'date' }), Type.Null()])),
      next: Type.Optional(nullable(ref(Delete))),
    })
    server.post('/values', { schema: { body } }, async () => 'ok')
  })
})

afterAll(() => app.close())

describe.each(['/inline', '/ref'])('a union of objects, %s', (path) => {
  it.each([
    [
      { op: 'delete', idd: 5 },
      [
        { pointer: '/0/id', code: 'required' },
        { pointer: '/0/idd', code: 'unknown_field', hint: 'id' },
      ],
    ],
    [{ op: 'create', data: { title: 5 } }, [{ pointer: '/0/data/title', code: 'invalid_type' }]],
    [{ op: 'creat', data: { title: 'x' } }, [{ pointer: '/0/op', allowed: ['create', 'delete'], hint: 'create' }]],
    [7, [{ pointer: '/0', code: 'invalid_type', message: 'Must be an object.' }]],
  ])('returns the faults of the branch that the client meant: %j', async (operation, faults) => {
    const answer = await request(app.server).post(path).send([operation]).expect(422)
    expect(answer.body.errors).toHaveLength(faults.length)
    expect(answer.body.errors).toMatchObject(faults)
  })
})

describe('a union of values', () => {
  it.each([
    [{ letter: 'z' }, { pointer: '/letter', code: 'unknown_value', allowed: ['a', 'b'] }],
    [{ colour: 'gren' }, { pointer: '/colour', code: 'unknown_value', allowed: ['red', 'green'], hint: 'green' }],
    [{ colour: 5 }, { pointer: '/colour', code: 'invalid_type', message: 'Must be a string or null.' }],
    [{ day: 'soon' }, { pointer: '/day', code: 'invalid_date' }],
    [{ day: 5 }, { pointer: '/day', code: 'invalid_type', message: 'Must be a string or null.' }],
    [{ next: { op: 'delete', id: 'x' } }, { pointer: '/next/id', code: 'invalid_type' }],
    [{ next: 5 }, { pointer: '/next', code: 'invalid_type', message: 'Must be an object or null.' }],
  ])('%j returns one fault', async (body, fault) => {
    const answer = await request(app.server).post('/values').send(body).expect(422)
    expect(answer.body.errors).toEqual([expect.objectContaining(fault)])
  })
})

it('accepts a registered schema that is not referenced', () =>
  request(app.server)
    .post('/create')
    .send({ op: 'create', data: { title: 'x' } })
    .expect(200))
