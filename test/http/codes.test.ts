import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { type ProblemCode, problemCodes } from '../../src/http/codes.ts'
import { type FaultCode, faultCodes } from '../../src/http/fault-codes.ts'
import { faultMessage, invalid, Problem, problemDocument } from '../../src/http/problem.ts'
import { exampleApp } from './example-app.ts'

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

describe('the catalogue', () => {
  it.each(Object.keys(problemCodes) as ProblemCode[])('tells of the problem %s in both languages', (code) => {
    const { status, title, detail } = problemCodes[code]
    expect(code).toMatch(/^[a-z][a-z_]+$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title.en).toMatch(/^[A-Z].*[^.]$/)
    expect(title.ru).toMatch(/[а-я][^.]*$|JSON$/i)
    expect(detail.en).toMatch(/\S/)
    expect(detail.ru).toMatch(/[а-я]/)
    expect(placeholders(detail.ru)).toEqual(placeholders(detail.en))
  })

  it.each(Object.keys(faultCodes) as FaultCode[])('tells of the fault %s in both languages', (code) => {
    const { en, ru } = faultCodes[code]
    expect(code).toMatch(/^[a-z][a-z_]+$/)
    expect(en).toMatch(/^[A-Z{].*\.$/)
    expect(ru).toMatch(/[а-я]/)
    expect(placeholders(ru)).toEqual(placeholders(en))
  })

  it('has a page where the type of every problem leads', async () => {
    const app = await exampleApp()
    const page = await request(app.server).get('/docs/errors').expect('content-type', 'text/html; charset=utf-8')
    for (const code of Object.keys(problemCodes)) expect(page.text).toContain(`<tr id="${code}">`)
    for (const code of Object.keys(faultCodes)) expect(page.text).toContain(`<tr id="fault-${code}">`)
    await app.close()
  })
})

describe('a problem', () => {
  it('is malformed when all faults are in the address, and refused otherwise', () => {
    const parameter = { parameter: 'limit', code: 'invalid_integer' } as const
    const pointer = { pointer: '/name', code: 'required' } as const
    expect(invalid([parameter])).toMatchObject({ code: 'malformed_request', status: 400 })
    expect(invalid([parameter, pointer])).toMatchObject({ code: 'validation_failed', status: 422 })
  })

  it('keeps its own members whatever the extra ones are called', () => {
    const problem = new Problem('conflict', {}, { extra: { status: 1, current: { version: 3 } } })
    expect(problemDocument(problem, 'en', { instance: '/x', traceId: 't' })).toMatchObject({
      status: 409,
      current: { version: 3 },
    })
  })
})

describe('the message of a fault', () => {
  it('names what the pointer or parameter names, unless told otherwise', () => {
    expect(faultMessage({ pointer: '/userFields/a~1b', code: 'unknown_field' }, 'en')).toBe('There is no field a/b.')
    expect(faultMessage({ parameter: 'sort', code: 'not_sortable', params: { name: 'phones' } }, 'en')).toBe(
      'Sorting by phones is not possible.',
    )
  })

  it('spells types and the hint in the language', () => {
    const fault = { pointer: '/a', code: 'invalid_type', params: { expected: 'string|null' }, hint: 'b' } as const
    expect(faultMessage(fault, 'en')).toBe('Expected: string or null. Did you mean b?')
    expect(faultMessage(fault, 'ru')).toBe('Ожидается: строка или null. Возможно, имелось в виду b?')
  })
})
