import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { type FaultCode, faultCodes, type ProblemCode, problemCodes, words } from '../../src/codes.ts'
import { jobStatuses } from '../../src/database/job-status.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { codeMessage, faultMessage } from '../../src/errors/messages.ts'
import { type Fault, invalid, Problem, problemDocument } from '../../src/errors/problem.ts'
import { operations } from '../../src/rights/levels.ts'
import { exampleApp } from '../http/example-app.ts'

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

describe('the problem catalogue', () => {
  it.each(Object.keys(problemCodes) as ProblemCode[])('describes the problem %s in both languages', (code) => {
    const { status, title, detail } = problemCodes[code]
    expect(code).toMatch(/^[a-z][a-z_]+$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title.en).toMatch(/^[A-Z].*[^.]$/)
    expect(title.ru).toMatch(/[а-я][^.]*$|JSON$/i)
    expect(detail.en).toMatch(/\S/)
    expect(detail.ru).toMatch(/[а-я]/)
    expect(placeholders(detail.ru)).toEqual(placeholders(detail.en))
  })

  it.each(Object.keys(faultCodes) as FaultCode[])('describes the fault %s in both languages', (code) => {
    const { en, ru } = faultCodes[code]
    expect(code).toMatch(/^[a-z][a-z_]+$/)
    expect(en).toMatch(/^[A-Z{].*\.$/)
    expect(ru).toMatch(/[а-я]/)
    expect(placeholders(ru)).toEqual(placeholders(en))
  })

  it('has a page at the type URL of every problem', async () => {
    const app = await exampleApp()
    const page = await request(app.server).get('/docs/errors').expect('content-type', 'text/html; charset=utf-8')
    for (const code of Object.keys(problemCodes)) expect(page.text).toContain(`<tr id="${code}">`)
    for (const code of Object.keys(faultCodes)) expect(page.text).toContain(`<tr id="fault-${code}">`)
    await app.close()
  })
})

describe('codes in messages', () => {
  it('are shown as words: record types by title, operations and job states by name', () => {
    expect(words.type).toMatchObject(
      Object.fromEntries(
        systemTypes.map(({ code, title }) => [code, { en: title.en.toLowerCase(), ru: title.ru }] as const),
      ),
    )
    expect(Object.keys(words.operation!)).toEqual(operations)
    expect(Object.keys(words.status!)).toEqual(jobStatuses)
    const told = (problem: Problem) => problemDocument(problem, 'ru', { instance: '', traceId: '' }).detail
    expect(told(new Problem('record_not_found', { type: 'company', id: 5 }))).toBe('Запись «Компания» 5 не найдена.')
    expect(told(new Problem('forbidden', { type: 'deal', operation: 'update' }))).toBe(
      'Требуется право «изменение» для «Сделка».',
    )
    expect(told(new Problem('job_state', { status: 'completedWithErrors' }))).toContain('выполнено с ошибками')
    const unknown: Fault = { code: 'not_found_reference', params: { type: 'delivery', id: 7 } }
    expect(faultMessage(unknown, 'ru')).toBe('Запись «delivery» 7 не найдена.')
    expect(faultMessage(unknown, 'en')).toBe('There is no delivery 7.')
    expect(codeMessage('required', {}, 'en')).toBe('This value is required.')
    expect(codeMessage('job_not_found', { id: 3 }, 'en')).toBe('There is no job 3.')
    expect(codeMessage('gone', {}, 'en')).toBe(problemCodes.internal_error.detail.en)
  })
})

describe('a problem', () => {
  it('is 400 when all faults are in the URL, and 422 otherwise', () => {
    const parameter = { parameter: 'limit', code: 'invalid_integer' } as const
    const pointer = { pointer: '/name', code: 'required' } as const
    expect(invalid([parameter])).toMatchObject({ code: 'malformed_request', status: 400 })
    expect(invalid([parameter, pointer])).toMatchObject({ code: 'validation_failed', status: 422 })
  })

  it('keeps its standard members when extra members have the same names', () => {
    const problem = new Problem('in_use', {}, { extra: { status: 1, current: { version: 3 } } })
    expect(problemDocument(problem, 'en', { instance: '/x', traceId: 't' })).toMatchObject({
      status: 409,
      current: { version: 3 },
    })
  })
})

describe('a fault message', () => {
  it('names the field or parameter at fault by default', () => {
    expect(faultMessage({ pointer: '/userFields/a~1b', code: 'unknown_field' }, 'en')).toBe('There is no field a/b.')
    expect(faultMessage({ parameter: 'sort', code: 'not_sortable', params: { name: 'phones' } }, 'en')).toBe(
      'Cannot sort by phones.',
    )
  })

  it('shows types and the hint in the requested language', () => {
    const fault = { pointer: '/a', code: 'invalid_type', params: { expected: 'string|null' }, hint: 'b' } as const
    expect(faultMessage(fault, 'en')).toBe('Must be a string or null. Did you mean b?')
    expect(faultMessage(fault, 'ru')).toBe('Ожидается: строка или null. Возможно, имелось в виду b?')
  })
})
