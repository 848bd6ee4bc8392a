import { describe, expect, it } from '@jest/globals'
import { Type } from 'typebox'
import { problems } from '../../src/errors/documents.ts'
import { languageOf } from '../../src/errors/language.ts'
import { nearest } from '../../src/errors/nearest.ts'
import { listOf } from '../../src/http/lists.ts'
import { traceIdOf } from '../../src/http/trace.ts'
import { enumOf, nullable, ref } from '../../src/schema/build.ts'

describe('languageOf', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['*', undefined],
    ['de, fr', undefined],
    ['ru', 'ru'],
    ['RU-ru', 'ru'],
    ['en;q=0.5, ru;q=0.9', 'ru'],
    ['en, ru', 'en'],
    ['ru;q=0, en;q=0.1', 'en'],
    ['ru;q=0', undefined],
    ['ru;q=nonsense', undefined],
    ['de, *;q=0.5', undefined],
    ['en-US, ru;q=0.9, en;q=0.8', 'en'],
    ['fr,ru-RU ; q=0.3,EN;q=0.2', 'ru'],
    [';;,"=\\', undefined],
  ])('%j selects %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })
})

describe('nearest', () => {
  const known = ['title', 'stageId', 'responsibleId', 'phone', 'id', 'userFields', 'createdAt']
  it.each([
    ['titel', 'title'],
    ['phnoe', 'phone'],
    ['stage_id', 'stageId'],
    ['STAGEID', 'stageId'],
    ['responsible', 'responsibleId'],
    ['user-fields', 'userFields'],
    ['ID', 'id'],
    ['ix', undefined],
    ['colour', undefined],
    ['', undefined],
    ['x'.repeat(1_000_000), undefined],
  ])('of %.20s is %s', (name, expected) => {
    expect(nearest(name, known)).toBe(expected)
  })
})

describe('traceIdOf', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736'
  const of = (traceparent: string | undefined) =>
    traceIdOf({ headers: traceparent === undefined ? {} : { traceparent } })

  it.each([`00-${id}-00f067aa0ba902b7-01`, `01-${id}-00f067aa0ba902b7-01-more`])(
    'takes the trace id of %s',
    (header) => {
      expect(of(header)).toBe(id)
    },
  )

  it.each([
    undefined,
    'nonsense',
    `00-${id}-00f067aa0ba902b7-01-more`,
    `ff-${id}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${id}-${'0'.repeat(16)}-01`,
    `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('generates a trace id for %s', (header) => {
    expect(of(header)).toMatch(/^[0-9a-f]{32}$/)
    expect(of(header)).not.toBe(of(header))
  })
})

describe('schemas', () => {
  const Pet = Type.Object({ name: Type.String() }, { $id: 'Pet' })

  it('are nullable without a union if they have a type', () => {
    expect(nullable(Type.String({ format: 'date' }))).toEqual({ type: ['string', 'null'], format: 'date' })
    expect(nullable(enumOf(['a', 'b']))).toEqual({ type: ['string', 'null'], enum: ['a', 'b', null] })
    expect(nullable(ref(Pet))).toEqual({ anyOf: [{ $ref: 'Pet' }, { type: 'null' }] })
  })

  it('of lists refer to the schema of their items', () => {
    expect(listOf(Pet, 'Pets')).toMatchObject({
      $id: 'Pets',
      required: ['data', 'page'],
      properties: { data: { type: 'array', items: { $ref: 'Pet' } }, page: { $ref: 'Page' } },
    })
  })

  it('of problems refer to the one shared schema', () => {
    expect(problems(404)).toEqual({
      404: {
        description: 'The resource does not exist, or the caller cannot read it.',
        content: { 'application/problem+json': { schema: { $ref: 'Problem' } } },
      },
    })
  })
})
